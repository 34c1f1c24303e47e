import { escapeItem, escapePath } from "./escape.ts";

/** What the options of a mount ask of systemd, and what is left for mount(8). */
export type MountWords = {
  /** For Options=, in the order of the file. */
  readonly options: readonly string[];
  /** `noauto`: nothing starts it but its user. */
  readonly auto: boolean;
  /** `nofail`: boot does not wait for it. */
  readonly nofail: boolean;
  readonly automount: boolean;
  /** TimeoutIdleSec= of the automount. */
  readonly idleTimeout: string | undefined;
  /** TimeoutSec= of the mount. */
  readonly timeout: string | undefined;
  readonly readWriteOnly: boolean;
  readonly wants: readonly string[];
  readonly requires: readonly string[];
  readonly after: readonly string[];
  readonly before: readonly string[];
  /** Items, quoted. */
  readonly requiresMountsFor: readonly string[];
  readonly wantedBy: readonly string[];
  readonly requiredBy: readonly string[];
};

type Draft = { -readonly [K in keyof MountWords]: MountWords[K] extends readonly string[] ? string[] : MountWords[K] };

type Row =
  | { readonly takes: "nothing"; readonly apply: (draft: Draft) => void }
  | { readonly takes: "time" | "unit" | "path"; readonly apply: (draft: Draft, value: string) => void };

const nothing = (apply: (draft: Draft) => void): Row => ({ takes: "nothing", apply });
const time = (slot: "idleTimeout" | "timeout"): Row => ({
  takes: "time",
  apply: (draft, value) => {
    draft[slot] = value;
  },
});
const unit = (...slots: readonly ("wants" | "requires" | "after" | "before" | "wantedBy" | "requiredBy")[]): Row => ({
  takes: "unit",
  apply: (draft, value) => {
    for (const slot of slots) draft[slot].push(value);
  },
});

/**
 * The words of systemd.mount(5), "FSTAB", that mean something for a network file system. In unit files systemd ignores
 * those with `x-systemd`: only its generator for fstab knows them, so ours must say the same in directives.
 */
const ROWS: ReadonlyMap<string, Row> = new Map<string, Row>([
  [
    "auto",
    nothing((draft) => {
      draft.auto = true;
    }),
  ],
  [
    "noauto",
    nothing((draft) => {
      draft.auto = false;
    }),
  ],
  // Stays in Options= too: systemd leaves out an ordering of its own when it sees it there.
  [
    "nofail",
    nothing((draft) => {
      draft.nofail = true;
      draft.options.push("nofail");
    }),
  ],
  [
    "x-systemd.automount",
    nothing((draft) => {
      draft.automount = true;
    }),
  ],
  ["x-systemd.idle-timeout", time("idleTimeout")],
  ["x-systemd.mount-timeout", time("timeout")],
  [
    "x-systemd.rw-only",
    nothing((draft) => {
      draft.readWriteOnly = true;
    }),
  ],
  ["x-systemd.wants", unit("wants", "after")],
  ["x-systemd.requires", unit("requires", "after")],
  ["x-systemd.after", unit("after")],
  ["x-systemd.before", unit("before")],
  ["x-systemd.wanted-by", unit("wantedBy")],
  ["x-systemd.required-by", unit("requiredBy")],
  [
    "x-systemd.requires-mounts-for",
    { takes: "path", apply: (draft, value) => draft.requiresMountsFor.push(escapeItem(value)) },
  ],
]);

/** systemd.time(7), "PARSING TIME SPANS", without spaces. */
const TIME =
  /^(infinity|([0-9]+(\.[0-9]+)?(us|usec|ms|msec|s|sec|seconds?|m|min|minutes?|h|hr|hours?|d|days?|w|weeks?)?)+)$/;
/** systemd.unit(5): the name of a unit, with the type that it must have. */
const UNIT = /^[A-Za-z0-9:_.\\@-]{1,240}\.(service|socket|device|mount|automount|swap|target|path|timer|slice|scope)$/;

function apply(draft: Draft, option: string): string | undefined {
  const [name = "", ...rest] = option.split("=");
  const value = rest.length === 0 ? undefined : rest.join("=");
  const row = ROWS.get(name);
  if (row === undefined) {
    if (name.startsWith("x-systemd.")) return `option '${name}' has no meaning for a pohmelfs mount`;
    if (name === "foreground") return "option 'foreground' is for mounting by hand";
    // It stands at the end of all.
    if (name !== "_netdev") draft.options.push(option);
    return undefined;
  }
  if (row.takes === "nothing") {
    if (value !== undefined) return `option '${name}' takes no value`;
    row.apply(draft);
    return undefined;
  }
  const read = value === undefined ? undefined : readValue(row.takes, value);
  if (read === undefined) return `option '${option}': '${name}' takes ${NEEDS[row.takes]}`;
  row.apply(draft, read);
  return undefined;
}

const NEEDS = {
  time: "a time span such as 30s",
  unit: "the name of a unit or an absolute path",
  path: "an absolute path",
};

function readValue(takes: "time" | "unit" | "path", value: string): string | undefined {
  if (takes === "time") return TIME.test(value) ? value : undefined;
  if (takes === "path") return value.startsWith("/") ? value : undefined;
  // As systemd's own generator has it: a path stands for its mount unit.
  const name = value.startsWith("/") ? `${escapePath(value)}.mount` : value;
  return UNIT.test(name) ? name : undefined;
}

/**
 * Reads the options of a mount of the configuration.
 *
 * @returns What they ask for, or all that is wrong with them, one line each.
 */
export function readMountWords(
  options: readonly string[],
): { readonly ok: true; readonly words: MountWords } | { readonly ok: false; readonly problems: readonly string[] } {
  const draft: Draft = {
    options: [],
    auto: true,
    nofail: false,
    automount: false,
    idleTimeout: undefined,
    timeout: undefined,
    readWriteOnly: false,
    wants: [],
    requires: [],
    after: [],
    before: [],
    requiresMountsFor: [],
    wantedBy: [],
    requiredBy: [],
  };
  const problems = options.flatMap((option) => apply(draft, option) ?? []);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, words: draft };
}
