import { setTimeout as sleep } from "node:timers/promises";
import type { Server } from "../../../config-schema/model.ts";
import { mountsOnHost } from "../../../config-schema/queries.ts";
import { escapePath } from "../../../systemd/core/escape.ts";
import { wantedBy } from "../../../systemd/core/own-units.ts";
import { serverUnitName } from "../../../systemd/core/server-unit.ts";
import { mountUnitNames } from "../../../systemd/core/unit-kinds.ts";
import { askServer } from "../status/ask-server.ts";
import { indexFor } from "../core/index-for.ts";
import { type Answered, answeredText } from "../core/apply/apply-result.ts";
import { findMounts } from "../status/find-mounts.ts";
import type { Progress } from "./progress.ts";
import { lastLines, runProgram, showUnits } from "./systemctl.ts";
import type { Wish } from "./wish.ts";

const LOOK_MS = 300;
const ANSWER_MS = 2_000;
const LINES = 3;
/** How old what a unit has said may be, to say why it does not answer. */
const HISTORY_MS = 20_000;

export type Awaited = {
  readonly progress: Progress;
  /** From performance.now(). */
  readonly deadline: number;
  /** In ms since 1970: what units have said before is about something else. */
  readonly sinceMs?: number;
  /** The user wants it to stop. */
  readonly interrupted?: () => boolean;
  /** Only mounts, not servers. */
  readonly mountsOnly?: boolean;
  /** Units that are known to be as they are to stay: masked ones, and those that have failed. */
  readonly except?: ReadonlySet<string>;
};

type Question = {
  readonly kind: Answered["kind"];
  readonly name: string;
  readonly unit: string;
  /** The unit whose journal says why. */
  readonly service: string;
  readonly ask: () => Promise<Look>;
};

/** What one look at a server or a mount has shown. */
type Look = { readonly answers: boolean; readonly says: string };

/** Waits until the servers and the mounts of a host that its file starts at boot answer, each for itself. */
export async function awaitAnswers(wish: Wish, options: Awaited): Promise<Answered[]> {
  const { model, host, desired } = wish;
  const servers = options.mountsOnly === true ? [] : model.servers.filter((server) => server.host === host);
  const questions = [
    ...servers.flatMap((server) => serverQuestions(server, wish)),
    ...mountsOnHost(model, host).map(({ at, group }) => mountQuestion(at, group)),
  ];
  const wanted = questions.filter(({ unit }) => wantedBy(desired.units, unit).length > 0);
  const asked = wanted.filter(({ unit }) => options.except?.has(unit) !== true);
  const pending = new Set(asked.map(({ name }) => name));
  const show = (): void => options.progress.now(pending.size === 0 ? "" : `waiting for ${[...pending].join(", ")}`);
  show();
  const all = asked.map(async (question) => {
    const answered = await until(question, options);
    pending.delete(question.name);
    options.progress.line(answeredText(answered));
    show();
    return answered;
  });
  const answered = await Promise.all(all);
  options.progress.end();
  return answered;
}

function serverQuestions(server: Server, { model }: Wish): Question[] {
  const index = indexFor(model, server.name);
  if (index === undefined) return [];
  const unit = serverUnitName(server.name);
  const ask = async (): Promise<Look> => {
    const answer = await askServer(server, index, model.hash, ANSWER_MS);
    if (answer.kind !== "up") return { answers: false, says: answer.because };
    const { members, witnessOf = [] } = answer.report;
    const parts = [
      ...(members.length > 0 ? [`serves ${members.map(({ group }) => group).join(", ")}`] : []),
      ...(witnessOf.length > 0 ? [`watches ${witnessOf.map(({ group }) => group).join(", ")}`] : []),
    ];
    return { answers: true, says: parts.join(", ") || "serves nothing" };
  };
  return [{ kind: "server", name: server.name, unit, service: unit, ask }];
}

function mountQuestion(at: string, group: string): Question {
  const { mount, service } = mountUnitNames(escapePath(at));
  const ask = async (): Promise<Look> => {
    const found = (await findMounts(ANSWER_MS)).find(({ state }) => state.at === at);
    if (found?.kind !== "alive")
      return { answers: false, says: found === undefined ? "it is not mounted" : `its daemon is ${found.kind}` };
    // statfs(2) asks the daemon, and through it the servers. Another process asks: the answer may never come.
    const { code } = await runProgram("stat", ["--file-system", "--format=", "--", at], ANSWER_MS);
    const { members } = found.report;
    const active = members.filter((member) => member.active).length;
    return { answers: code === 0 && active > 0, says: `${group}: ${active} of ${members.length} members` };
  };
  return { kind: "mount", name: at, unit: mount, service, ask };
}

async function until(
  { kind, name, unit, service, ask }: Question,
  { deadline, interrupted, sinceMs }: Awaited,
): Promise<Answered> {
  const [begun, since] = [performance.now(), sinceMs ?? Date.now() - HISTORY_MS];
  const answered = (result: Answered["result"], lines: readonly string[]): Answered => {
    return { kind, name, unit, result, ms: Math.round(performance.now() - begun), lines };
  };
  for (;;) {
    const { answers, says } = await ask();
    if (answers) return answered("answers", [says]);
    // A unit that has failed will not come by itself. Of a mount it is the service that goes on.
    const shown = await showUnits([unit, service], ["ActiveState"]);
    const states = [...(shown?.values() ?? [])].map((one) => one.get("ActiveState"));
    const isOver = states.length > 0 && states.every((state) => state === "failed" || state === "inactive");
    if (isOver) return answered("failed", [says, ...(await lastLines(service, LINES, since))]);
    if (performance.now() > deadline || interrupted?.() === true)
      return answered("timed out", [says, ...(await lastLines(service, LINES, since))]);
    await sleep(LOOK_MS);
  }
}
