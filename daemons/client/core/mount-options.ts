import type { MountOptions } from "../mount-order.ts";
import { splitOptions } from "./split-options.ts";
import { type Draft, OPTIONS } from "./mount-option-table.ts";
import { didYouMean } from "../../../config-schema/did-you-mean.ts";

/** What the words after `-o` ask for. */
export type ParsedOptions = {
  readonly mount: MountOptions;
  /** `config=`, as written. */
  readonly config: string | undefined;
  /** `idx=`. */
  readonly index: number | undefined;
  /** `log=`, as written. */
  readonly logFile: string | undefined;
  readonly foreground: boolean;
  /** systemd's service for this mount makes it; who is called by mount(8) only waits. */
  readonly managed: boolean;
  readonly remount: boolean;
  /** Words that were tolerated without effect, with `sloppy` only. */
  readonly ignored: readonly string[];
};

const freshDraft = (): Draft => ({
  flags: new Map([["access", "rw"]]),
  netdev: false,
  transport: "kernel",
  xattr: true,
  lock: true,
  syncOnClose: undefined,
  cache: new Map(),
  debug: false,
  foreground: false,
  managed: false,
  remount: false,
  config: undefined,
  index: undefined,
  logFile: undefined,
});

function problemOf(name: string, value: string | undefined, draft: Draft): string | undefined {
  const option = OPTIONS.get(name);
  if (option === undefined) return unknown(name);
  switch (option.kind) {
    case "elsewhere":
      return undefined;
    case "refused":
      return `option '${name}' is refused: ${option.because}`;
    case "word":
      if (value !== undefined) return `option '${name}' takes no value, but was given '${value}'`;
      option.apply(draft);
      return undefined;
    case "value":
      if (value === undefined || value === "") return `option '${name}' needs a value: ${option.example}`;
      return option.apply(draft, value);
  }
}

function unknown(name: string): string {
  const near = didYouMean(
    name,
    [...OPTIONS.keys()].filter((known) => OPTIONS.get(known)?.kind !== "refused"),
  );
  return `unknown option '${name}'${near === undefined ? "" : `; did you mean '${near}'?`}`;
}

const isForOthers = (name: string): boolean => /^x-/i.test(name);

/**
 * Reads the options of a mount. None is swallowed: each is honoured, meant for others than the helper (`x-*`, `nofail`),
 * or a problem.
 *
 * @param text What follows `-o`, several of them joined with commas.
 * @param sloppy mount(8) -s: tolerate options that nobody knows.
 * @returns All problems at once, one line each, when there are any.
 */
export function parseMountOptions(
  text: string,
  sloppy = false,
):
  | { readonly ok: true; readonly options: ParsedOptions }
  | { readonly ok: false; readonly problems: readonly string[] } {
  const draft = freshDraft();
  const problems: string[] = [];
  const ignored: string[] = [];
  for (const { name, value } of splitOptions(text)) {
    if (isForOthers(name)) continue;
    if (sloppy && !OPTIONS.has(name)) {
      ignored.push(name);
      continue;
    }
    const problem = problemOf(name, value, draft);
    if (problem !== undefined) problems.push(problem);
  }
  if (problems.length > 0) return { ok: false, problems };
  const { config, index, logFile, foreground, managed, remount, transport, xattr, lock, syncOnClose, debug } = draft;
  const words = [...draft.flags.values()].filter((word) => word !== "");
  if (draft.netdev) words.push("_netdev");
  const cache = Object.fromEntries(draft.cache);
  const mount: MountOptions = { words, transport, xattr, lock, syncOnClose, cache, debug, noTable: false };
  return { ok: true, options: { mount, config, index, logFile, foreground, managed, remount, ignored } };
}

/** Options that `mount -o remount` may change: flags of the kernel. */
const REMOUNTABLE: ReadonlySet<string> = new Set([
  ...["remount", "managed", "_netdev", "ro", "rw", "nodev", "dev", "nosuid", "suid", "noexec", "exec"],
  ...["noatime", "nodiratime", "nosymfollow", "symfollow"],
]);

/** @returns Of the options of a remount, those that can be changed: what mount(8) adds from the table of mounts goes. */
export const remountOptions = (text: string): string =>
  splitOptions(text)
    .map(({ name }) => name)
    .filter((name) => REMOUNTABLE.has(name))
    .join(",");
