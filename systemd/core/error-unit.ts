import { escapePathValue, escapeText, escapeWord } from "./escape.ts";
import { unitText } from "./unit-text.ts";
import type { Unit } from "./units.ts";

export const ERROR_UNIT = "pohmelfs-config-error.service";

/** A screen of them; `pohmelfs check` shows all. */
const LINES_MAX = 40;
const LINE_LENGTH_MAX = 400;

/** A configuration may come from anywhere: nothing that a terminal obeys. */
const printable = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, " ").slice(0, LINE_LENGTH_MAX);

/**
 * A service that does nothing but fail at boot, and say why: a generator's own words reach nobody (its output goes to
 * /dev/null), a failed unit is in `systemctl --failed` and in every monitoring.
 *
 * @param title What is wrong, in a few words, for `systemctl status`.
 * @param lines All of it.
 */
export function errorUnit(path: string, title: string, lines: readonly string[]): Unit {
  const all = lines.flatMap((one) => one.split("\n"));
  const shown = all.slice(0, LINES_MAX);
  if (all.length > shown.length) shown.push(`${all.length - shown.length} more lines: pohmelfs check ${path}`);
  // sd-daemon(3): <3> is the priority of an error. The exit status is that of `pohmelfs check`.
  const script = "printf '<3>%s\\n' \"$@\" >&2; exit 3";
  const command = ["/bin/sh", "-c", script, "pohmelfs-config-error", ...shown.map(printable)];
  const text = unitText({
    Unit: [
      ["Description", escapeText(printable(title))],
      ["SourcePath", escapePathValue(path)],
    ],
    Service: [
      ["Type", "oneshot"],
      ["ExecStart", command.map(escapeWord).join(" ")],
      ["SyslogIdentifier", "pohmelfs"],
    ],
  });
  return { name: ERROR_UNIT, text, wantedBy: ["multi-user.target"] };
}
