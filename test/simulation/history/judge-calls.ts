import assert from "node:assert/strict";
import { S_IFMT, S_IFREG } from "../../../daemons/core/attributes.ts";
import type { Call, ContentOp, NameOp } from "./calls.ts";
import { contentModel } from "./content-model.ts";
import { linearize, type Model } from "./linearize.ts";
import { namesModel } from "./names-model.ts";
import type { Recorder, Told } from "./recorder.ts";

/** The mode that files are made with in simulations. */
const FILE_MODE = 0o644;
/** Mode bits that chmod changes. */
const MODE_BITS = 0o7777;

/**
 * All that applications saw can be explained by operations that happened one after the other, each while it was under way.
 * @returns Whether all of it could be judged.
 */
export function judgeCalls(recorder: Recorder): boolean {
  judgeVersions(recorder.told);
  const directories = new Set<number>();
  for (const { op } of recorder.names) if (op.kind === "make" && op.directory) directories.add(op.oid);
  const all = [...recorder.names, ...listedNames(recorder), ...links(recorder)];
  let isJudged = explain("names", namesModel(directories), all);
  const contents = new Map<number, Call<ContentOp>[]>();
  for (const [oid, calls] of recorder.contents) contents.set(oid, [...calls]);
  for (const call of sizes(recorder)) contents.get(call.oid)?.push(call.call);
  for (const [oid, calls] of contents) isJudged = explain(`file ${oid}`, contentModel(FILE_MODE), calls) && isJudged;
  return isJudged;
}

/** @returns False where too many calls have no outcome for all orders to be tried. */
function explain<State, Op>(what: string, model: Model<State, Op>, calls: readonly Call<Op>[]): boolean {
  const verdict = linearize(model, calls);
  if (verdict.kind !== "impossible") return verdict.kind === "linearizable";
  const { call, pending, states } = verdict;
  assert.fail(
    [
      `${what}: nothing explains what ${text(call)}`,
      ...pending.filter((one) => one !== call).map((one) => `  under way or unknown: ${text(one)}`),
      ...states.map((state) => `  it could have been: ${JSON.stringify(state, plain)}`),
      ...calls
        .filter((one) => one.begin <= call.end)
        .sort((a, b) => a.begin - b.begin)
        .slice(-40)
        .map((one) => `  ${text(one)}`),
    ].join("\n"),
  );
}

const plain = (_key: string, value: unknown): unknown =>
  value instanceof Map || value instanceof Set ? [...value] : value;

const text = ({ by, op, begin, end, at, maybe }: Call<unknown>): string =>
  `${by} [${begin}-${end}] at ${at}${maybe ? " perhaps" : ""}: ${JSON.stringify(op)}`;

/** Each name that a listing shows was there at some moment of it; each other name, that there ever was, was not. */
function listedNames({ lists, names }: Recorder): readonly Call<NameOp>[] {
  const ever = new Map<number, Set<string>>();
  const add = (at: string): void => {
    const slash = at.indexOf("/");
    const directory = Number(at.slice(0, slash));
    ever.set(directory, (ever.get(directory) ?? new Set()).add(at.slice(slash + 1)));
  };
  for (const { op } of names) {
    if ("at" in op) add(op.at);
    else if (op.kind === "rename") for (const at of [op.from, op.to]) add(at);
  }
  return lists.flatMap(({ by, begin, end, at, directory, names: shown }) =>
    [...new Set([...(ever.get(directory) ?? []), ...shown])].map((name): Call<NameOp> => {
      const key = `${directory}/${name}`;
      const op: NameOp = shown.has(name) ? { kind: "exists", at: key } : { kind: "means", at: key, oid: 0 };
      return { by, begin, end, at, maybe: false, op };
    }),
  );
}

const isFile = ({ attributes }: Told): boolean => (attributes.mode & S_IFMT) === S_IFREG;

function links({ told }: Recorder): readonly Call<NameOp>[] {
  return told.filter(isFile).map(({ by, begin, end, attributes }): Call<NameOp> => {
    const op = { kind: "links", oid: attributes.oid, count: attributes.nlink } as const;
    return { by, begin, end, at: 0, maybe: false, op };
  });
}

function sizes({ told }: Recorder): readonly { readonly oid: number; readonly call: Call<ContentOp> }[] {
  return told.filter(isFile).flatMap(({ by, begin, end, attributes }) => {
    const common = { by, begin, end, at: 0, maybe: false };
    const { oid, size, mode } = attributes;
    const ops = [{ kind: "size", size } as const, { kind: "mode", mode: mode & MODE_BITS } as const];
    return ops.map((op) => ({ oid, call: { ...common, op } }));
  });
}

const looks = ({ mode, nlink, size, mtime, ctime }: Told["attributes"]): string =>
  JSON.stringify([mode, nlink, size, mtime, ctime]);

/** Nobody is shown an older object than somebody was shown before. */
function judgeVersions(told: readonly Told[]): void {
  const byEnd = [...told].sort((a, b) => a.end - b.end);
  for (const one of told) {
    for (const before of byEnd) {
      if (before.end >= one.begin) break;
      if (before.attributes.oid !== one.attributes.oid || before.attributes.version <= one.attributes.version) continue;
      // A change that fails counts, too, and nobody sees that.
      if (looks(before.attributes) === looks(one.attributes)) continue;
      const { oid, version } = one.attributes;
      assert.fail(
        `${one.by} was shown version ${version} of object ${oid} between ${one.begin} and ${one.end}, but ${before.by} version ${before.attributes.version} by ${before.end}`,
      );
    }
  }
}
