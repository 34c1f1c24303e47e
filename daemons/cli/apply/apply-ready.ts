import { join } from "node:path";
import { dropInDirectory } from "../../../config-schema/load.ts";
import { ownUnits, textOf, unitNames } from "../../../systemd/core/own-units.ts";
import { GENERATOR_FOLDER, readUnits } from "../../../systemd/read-units.ts";
import type { Units } from "../../../systemd/core/units.ts";
import { type Answered, type Ending, endingOf, type Step, stepText } from "../core/apply/apply-result.ts";
import { EXIT } from "../core/exit-codes.ts";
import { DONE, isEmpty } from "../core/apply/plan-text.ts";
import type { ApplyOptions } from "./apply.ts";
import { awaitAnswers } from "./await-answers.ts";
import { awaitReloads } from "./await-reloads.ts";
import { baseline, keepReplaced } from "./baseline.ts";
import { readTexts, sameTexts, writeTexts } from "./config-files.ts";
import { makeCurrent, recordGeneration, setOutcome, textsOf } from "./generations.ts";
import { makeFolders } from "./make-folders.ts";
import type { Ready } from "./prepare.ts";
import { openProgress, type Progress } from "./progress.ts";
import { runActions } from "./run-actions.ts";
import { watchInterrupts } from "./interrupts.ts";
import { armRevert, countDown, disarmRevert, type Trial } from "./try-guard.ts";

export type Applied = {
  /** Undefined when it could not even be recorded. */
  readonly generation: number | undefined;
  readonly steps: readonly Step[];
  readonly answered: readonly Answered[];
  readonly ending: Ending;
  /** What is being tried; undefined when nothing is, or could be. */
  readonly trial: Trial | undefined;
};

const TIMEOUT_MS = 60_000;
/** What an apply may take beyond its limit before the revert stops waiting for it. */
const SLACK_MS = 30_000;

const failed = (generation: number | undefined, because: string): Applied => ({
  generation,
  steps: [],
  answered: [],
  ending: { outcome: "failed", code: EXIT.failed, failures: [because] },
  trial: undefined,
});

/** Carries out what was prepared, under the lock. */
export async function applyReady(ready: Ready, options: ApplyOptions): Promise<Applied> {
  const { path, source, texts, plan } = ready;
  const { tryMs, timeoutMs = TIMEOUT_MS, because = "apply", json = false } = options;
  const progress = openProgress(json);
  const before = baseline(path, texts, tryMs !== undefined);
  const isSame = before !== undefined && sameTexts(textsOf(before), texts) && sameTexts(readTexts(path), texts);
  if (isEmpty(plan) && isSame)
    return { ...failed(before, ""), ending: { outcome: "applied", code: EXIT.ok, failures: [] } };
  const changes = plan.actions.filter(({ unit }) => unit !== "").map(({ kind, unit }) => `${DONE[kind].will} ${unit}`);
  if (source !== path) tellReplaced(ready, keepReplaced(path, `replaced by ${source}`));
  const outcome = tryMs === undefined ? "pending" : "trying";
  const generation = recordGeneration(texts, { outcome, because, changes });
  const trial = tryMs === undefined ? undefined : ({ version: 1, generation, back: before ?? generation } as const);
  if (trial !== undefined) {
    const refusal = await armRevert(trial, timeoutMs + SLACK_MS + (tryMs ?? 0));
    if (refusal !== undefined) {
      await disarmRevert();
      setOutcome(generation, "failed", { failures: [refusal] });
      console.error(`pohmelfs: nothing was changed, since nothing would bring it back: ${refusal}`);
      return failed(generation, refusal);
    }
  }
  if (source !== path) writeTexts(path, texts);
  const interrupts = watchInterrupts(progress.line);
  const how = { progress, timeoutMs, wait: options.wait !== false, interrupted: interrupts.asked };
  const { steps, answered } = await carryOut(ready, how);
  const ending = interrupts.asked() ? interrupted(steps.length, plan.actions.length) : endingOf(steps, answered);
  const last = trial !== undefined && ending.outcome === "applied" ? "trying" : ending.outcome;
  setOutcome(generation, last, { failures: ending.failures, changes: doneText(steps) });
  makeCurrent(generation);
  const unguarded = trial === undefined || tryMs === undefined ? undefined : await countDown(trial, tryMs);
  if (unguarded !== undefined)
    console.error(`pohmelfs: only a boot brings generation ${trial?.back} back by itself: ${unguarded}`);
  interrupts.end();
  return { generation, steps, answered, ending, trial };
}

/** What goes with the file that another one takes the place of: its drop-ins too. */
function tellReplaced({ path, texts }: Ready, kept: number | undefined): void {
  const gone = [...readTexts(path).dropIns.keys()].filter((name) => !texts.dropIns.has(name));
  for (const name of gone)
    console.error(`pohmelfs: ${join(dropInDirectory(path), name)} goes: the new file has no such drop-in`);
  if (kept !== undefined) console.error(`pohmelfs: what was in ${path} is generation ${kept} now`);
}

const doneText = (steps: readonly Step[]): string[] =>
  steps
    .filter(({ unit, result }) => unit !== "" && result !== "failed")
    .map(({ kind, unit }) => `${DONE[kind].did} ${unit}`);

const interrupted = (done: number, all: number): Ending => ({
  outcome: "interrupted",
  code: EXIT.failed,
  failures: [`${done} of ${all} steps were done`],
});

type How = {
  readonly progress: Progress;
  readonly timeoutMs: number;
  readonly wait: boolean;
  readonly interrupted: () => boolean;
};

async function carryOut(ready: Ready, { progress, timeoutMs, wait, interrupted }: How) {
  const { wish, plan } = ready;
  const [deadline, sinceMs] = [performance.now() + timeoutMs, Date.now()];
  const run = { progress, noWait: !wait, deadline, interrupted };
  for (const { path, what, because } of wish === undefined ? [] : makeFolders(wish))
    progress.line(
      because === undefined ? `made       ${path}, ${what}, empty` : `not made   ${path}, ${what}: ${because}`,
    );
  const at = plan.actions.findIndex(({ kind }) => kind === "daemon-reload") + 1;
  const steps = await runActions(plan.actions.slice(0, at), run);
  const unlike = at === 0 ? undefined : unitsUnlike(ready);
  if (unlike !== undefined) {
    const step: Step = { ...(steps.at(-1) as Step), result: "failed", lines: [unlike] };
    progress.line(stepText(step));
    steps.push(step);
    if (isWithoutGenerator(ready)) return { steps, answered: [] };
  }
  steps.push(...(await runActions(plan.actions.slice(at), run)));
  if (!wait || wish === undefined || interrupted()) return { steps, answered: [] };
  const except = new Set(
    steps.filter(({ kind, result }) => result === "failed" && kind !== "stop").map(({ unit }) => unit),
  );
  for (const [unit, { masked }] of ready.facts.running) if (masked === true) except.add(unit);
  const deaf = await awaitReloads(steps, wish, sinceMs);
  for (const step of deaf) progress.line(stepText(step));
  const answered = await awaitAnswers(wish, { progress, deadline, sinceMs, except, interrupted });
  const isDeaf = new Set(deaf.map(({ unit }) => unit));
  const others = steps.filter(({ kind, unit }) => kind !== "reload" || !isDeaf.has(unit));
  return { steps: [...others, ...deaf], answered };
}

const hasNone = (names: readonly string[], loaded: Units): boolean =>
  names.length > 0 && names.every((name) => textOf(loaded, name) === undefined);

/** Then nothing can be started. */
const isWithoutGenerator = ({ wish }: Ready): boolean =>
  hasNone(unitNames(wish?.desired.units ?? new Map()), ownUnits(readUnits(GENERATOR_FOLDER)));

/** After a daemon-reload systemd has what its generator made: that is what the plan was about, or starting is in vain. */
function unitsUnlike({ wish }: Ready): string | undefined {
  const units = wish?.desired.units ?? new Map();
  const loaded = ownUnits(readUnits(GENERATOR_FOLDER));
  const names = unitNames(units);
  if (hasNone(names, loaded))
    return "systemd has none of the units: is pohmelfs-generator in /usr/lib/systemd/system-generators?";
  const other = names.filter((name) => textOf(loaded, name) !== textOf(units, name));
  if (other.length === 0) return undefined;
  return `systemd has made other units than were planned (${other.slice(0, 3).join(", ")}): is its pohmelfs-generator of another version, or the file just being changed?`;
}
