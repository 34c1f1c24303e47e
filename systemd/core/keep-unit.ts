import { escapeItem, escapePathValue, escapeWord } from "./escape.ts";
import { unitText } from "./unit-text.ts";
import { TARGET, type Unit } from "./units.ts";

/**
 * Keeps a copy of a good configuration once the host is up. The generator does so itself where it can: it cannot while
 * the root file system is still read-only, and not at all since systemd 253, which shows generators a read-only tree.
 *
 * @param path The configuration.
 * @param generator Path of the program.
 */
export function keepUnit(path: string, generator: string): Unit {
  const text = unitText({
    Unit: [
      ["Description", "pohmelfs: keep a copy of the configuration, in case the next one has errors"],
      ["SourcePath", escapePathValue(path)],
    ],
    Service: [
      ["Type", "oneshot"],
      ["ExecStart", [generator, "--config", path, "--keep"].map(escapeWord).join(" ")],
      // It reads one file and writes beside it.
      ["ProtectSystem", "strict"],
      ["ReadWritePaths", escapeItem(path.slice(0, Math.max(1, path.lastIndexOf("/"))))],
      ["NoNewPrivileges", "yes"],
      ["CapabilityBoundingSet", "CAP_DAC_OVERRIDE"],
      ["PrivateNetwork", "yes"],
      ["PrivateDevices", "yes"],
      ["ProtectKernelModules", "yes"],
      ["ProtectKernelTunables", "yes"],
      ["ProtectControlGroups", "yes"],
      ["RestrictNamespaces", "yes"],
    ],
  });
  return { name: "pohmelfs-last-good.service", text, wantedBy: [TARGET] };
}
