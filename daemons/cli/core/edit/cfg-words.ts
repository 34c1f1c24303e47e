import { canonicalAddress } from "../../../../config-schema/address.ts";
import { didYouMean } from "../../../../config-schema/did-you-mean.ts";
import { PERMISSION_NUMBER, type Permissions } from "../../../../config-schema/model.ts";
import { EXIT } from "../exit-codes.ts";

/** What of `cfg`'s options was given, as typed. */
export type CfgOptions = {
  readonly address?: string | undefined;
  readonly port?: string | undefined;
  readonly index?: string | undefined;
  readonly priority?: string | undefined;
  readonly permissions?: string | undefined;
  readonly export?: string | undefined;
  readonly name?: string | undefined;
  readonly group?: string | undefined;
};

/** The same, read. */
export type CfgWords = {
  /** An address in canonical form, or a server's name. */
  readonly address: string | undefined;
  readonly port: number | undefined;
  readonly index: number | undefined;
  readonly priority: number | undefined;
  readonly permissions: Permissions | undefined;
  readonly export: string | undefined;
  readonly name: string | undefined;
  readonly group: string | undefined;
};

/** Why an action is not done, and what the program ends with. */
export type CfgRefusal = { readonly ok: false; readonly code: number; readonly because: string };
export const refuse = (code: number, because: string): CfgRefusal => ({ ok: false, code, because });

export const CFG_ACTIONS = ["add", "del", "modify", "show", "dump", "flush"] as const;
export type CfgAction = (typeof CFG_ACTIONS)[number];

export function cfgAction(word: string): CfgAction | CfgRefusal {
  const action = CFG_ACTIONS.find((one) => one === word);
  if (action !== undefined) return action;
  if (word === "crypto") return refuse(EXIT.usage, "'crypto' is not there: this version has no keys");
  const like = didYouMean(word, CFG_ACTIONS);
  const hint = like === undefined ? `there are ${CFG_ACTIONS.join(", ")}` : `did you mean '${like}'?`;
  return refuse(EXIT.usage, `there is no action '${word}'; ${hint}`);
}

/** The numbers that options take. */
const RANGES = {
  "-p": [1, 65_535],
  "-i": [0, 4_294_967_294],
  "-P": [0, 65_535],
} as const;

/** Reads the words; the first that is wrong is told. */
export function cfgWords(options: CfgOptions): { readonly ok: true; readonly words: CfgWords } | CfgRefusal {
  const wrong: string[] = [];
  const number = (option: keyof typeof RANGES, text: string | undefined): number | undefined => {
    if (text === undefined) return undefined;
    const [least, most] = RANGES[option];
    const value = /^[0-9]{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most)) wrong.push(`${option} is a number from ${least} to ${most}, not '${text}'`);
    return value;
  };
  const permissions = permissionsOf(options.permissions);
  if (permissions === undefined && options.permissions !== undefined)
    wrong.push(`-I is 1 (read-only), 2 (write-only) or 3 (read-write), not '${options.permissions}'`);
  const words: CfgWords = {
    address: options.address === undefined ? undefined : (canonicalAddress(options.address) ?? options.address),
    port: number("-p", options.port),
    index: number("-i", options.index),
    priority: number("-P", options.priority),
    permissions,
    export: options.export,
    name: options.name,
    group: options.group,
  };
  if (options.export !== undefined && !options.export.startsWith("/")) wrong.push("-r is an absolute path");
  return wrong[0] === undefined ? { ok: true, words } : refuse(EXIT.usage, wrong[0]);
}

function permissionsOf(text: string | undefined): Permissions | undefined {
  const all = Object.entries(PERMISSION_NUMBER) as [Permissions, number][];
  return all.find(([word, number]) => text === word || text === String(number))?.[0];
}
