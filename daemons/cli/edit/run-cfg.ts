import { hostname } from "node:os";
import { editConfig } from "../../../config-schema/edit/edit-config.ts";
import { type Plain, plainAt } from "../../../config-schema/edit/plain.ts";
import { DEFAULTS } from "../../../config-schema/defaults.ts";
import { mergeTrees } from "../../../config-schema/merge.ts";
import type { TextRead } from "../../../config-schema/load.ts";
import { readYaml } from "../../../config-schema/read-yaml.ts";
import { plainOf } from "../../../config-schema/tree.ts";
import { type CfgEdits, type CfgPlace, cfgAdd } from "../core/edit/cfg-add.ts";
import { cfgDel, cfgFlush, cfgModify } from "../core/edit/cfg-change.ts";
import { cfgShow } from "../core/edit/cfg-show.ts";
import {
  type CfgAction,
  type CfgOptions,
  type CfgRefusal,
  type CfgWords,
  cfgAction,
  cfgWords,
} from "../core/edit/cfg-words.ts";
import { findGroup } from "../core/edit/cfg-find.ts";
import { EXIT } from "../core/exit-codes.ts";
import { changeConfig, type Decided } from "./change-config.ts";
import { namesOfThisMachine } from "../../client/this-machine.ts";
import { printDiagnostics, readConfig } from "../read-config.ts";

export type CfgCall = CfgOptions & {
  readonly action: string;
  /** The configuration. */
  readonly path: string;
  readonly dryRun: boolean;
  readonly noApply: boolean;
};

const CHANGES: Readonly<
  Record<Exclude<CfgAction, "show" | "dump">, (place: CfgPlace, words: CfgWords) => CfgEdits | CfgRefusal>
> = {
  add: cfgAdd,
  del: cfgDel,
  modify: cfgModify,
  flush: cfgFlush,
};

/** What `cfg` does. @returns The code to end with. */
export async function runCfg(call: CfgCall): Promise<number> {
  const action = cfgAction(call.action);
  if (typeof action !== "string") return refused(action);
  const read = cfgWords(call);
  if (!read.ok) return refused(read);
  const { words } = read;
  if (action === "show" || action === "dump")
    return show(call.path, action === "show" ? words : { ...words, index: undefined });
  const { path, dryRun, noApply } = call;
  return changeConfig({ program: "cfg", path, dryRun, noApply }, (texts): Decided | number => {
    const place = placeOf(texts);
    if (place === undefined) return EXIT.configuration;
    const decided = CHANGES[action](place, words);
    return decided.ok ? decided : refused(decided);
  });
}

function show(path: string, words: CfgWords): number {
  const model = readConfig(path);
  if (model === undefined) return EXIT.configuration;
  if (words.index === undefined) {
    process.stdout.write(model.groups.map(cfgShow).join("\n"));
    return EXIT.ok;
  }
  const group = findGroup(model, words);
  if ("ok" in group) return refused(group);
  process.stdout.write(cfgShow(group));
  return EXIT.ok;
}

/** @returns Undefined when the configuration has errors, which were told. */
function placeOf(texts: readonly TextRead[]): CfgPlace | undefined {
  const checked = editConfig(texts, []);
  if (!checked.ok) {
    printDiagnostics(checked.diagnostics);
    console.error("cfg: the configuration has errors, which come first; nothing is written");
    return undefined;
  }
  const written = plainOf(texts.flatMap((text) => readYaml(text).tree ?? []).reduce(mergeTrees)) as Plain;
  const port = plainAt(written, ["defaults", "port"]);
  return {
    model: checked.model,
    written,
    usualPort: typeof port === "number" ? port : DEFAULTS.port,
    hostname: hostname(),
    here: namesOfThisMachine(),
  };
}

function refused({ code, because }: CfgRefusal): number {
  console.error(`cfg: ${because}`);
  return code;
}
