import type { Model } from "../../config-schema/model.ts";
import { errorUnit } from "./error-unit.ts";
import { escapePathValue, escapeText } from "./escape.ts";
import { keepUnit } from "./keep-unit.ts";
import { mountUnits } from "./mount-unit.ts";
import { hasDuties, serverUnit } from "./server-unit.ts";
import { unitText } from "./unit-text.ts";
import { layOut, TARGET, type Unit, type Units } from "./units.ts";

/** What units start, by absolute path, and as whom. */
export type Programs = {
  readonly fserver: string;
  readonly mountDaemon: string;
  readonly generator: string;
  /** The system user of servers; undefined where there is none, and they run as root. */
  readonly user: string | undefined;
};

/** Where packages have the programs, and the user that they make. */
export const PROGRAMS: Programs = {
  fserver: "/usr/sbin/fserver",
  mountDaemon: "/usr/lib/pohmelfs/pohmelfs-mountd",
  generator: "/usr/lib/systemd/system-generators/pohmelfs-generator",
  user: "pohmelfs",
};

export type MadeFor = {
  readonly units: Units;
  /** What the file asks for and no unit can do, one line each; the other units are made all the same. */
  readonly problems: readonly string[];
};

export type Options = {
  /** Paths of the programs that the units start. */
  readonly programs?: Programs;
  /** The model is that of the last good copy; what to tell with a unit that fails, besides problems of the units. */
  readonly alarm?: { readonly path: string; readonly title: string; readonly lines: readonly string[] };
};

function targetUnit(model: Model, host: string): Unit {
  const text = unitText({
    Unit: [
      ["Description", escapeText(`all of pohmelfs on ${host}`)],
      ["SourcePath", escapePathValue(model.path)],
    ],
  });
  return { name: TARGET, text, wantedBy: ["multi-user.target"] };
}

/**
 * The units of one host: a pure function of the model and the host's name. A host that the file does not name has none.
 *
 * @param host As the file has it.
 */
export function unitsFor(model: Model, host: string, { programs = PROGRAMS, alarm }: Options = {}): MadeFor {
  const servers = model.servers
    // Without a group it has nothing to serve, and says so and ends.
    .filter((server) => server.host === host && hasDuties(model, server))
    .map((server) => serverUnit(model, server, programs));
  const mounts = model.mounts
    .filter(({ on }) => on.includes(host))
    .map((mount) => mountUnits(model, mount, host, programs.mountDaemon));
  const own = [...servers, ...mounts.flatMap((made) => (made.ok ? made.units : []))];
  const problems = mounts.flatMap((made) => (made.ok ? [] : made.problems));
  const told =
    alarm === undefined
      ? { path: model.path, title: `pohmelfs: parts of ${model.path} cannot be used`, lines: problems }
      : { ...alarm, lines: [...alarm.lines, ...problems] };
  const errors = told.lines.length === 0 ? [] : [errorUnit(told.path, told.title, told.lines)];
  const keep = alarm === undefined ? [keepUnit(model.path, programs.generator)] : [];
  const all = own.length === 0 ? errors : [targetUnit(model, host), ...own, ...keep, ...errors];
  return { units: layOut(all), problems };
}
