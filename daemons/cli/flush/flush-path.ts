import { lstatSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { PERMISSION_NUMBER } from "../../../config-schema/model.ts";
import { namesOfThisMachine } from "../../client/this-machine.ts";
import { fileName, ROOT_OID, type Oid } from "../../core/brand.ts";
import type { Attributes } from "../../core/attributes.ts";
import { ROOT_CALLER } from "../../core/caller.ts";
import { ok, type Result } from "../../core/result.ts";
import { openProgress } from "../apply/progress.ts";
import { EXIT } from "../core/exit-codes.ts";
import { flushLines, type FlushResult } from "../core/flush-result.ts";
import { configPath } from "../machine.ts";
import { readConfig } from "../read-config.ts";
import { adopt } from "./adopt.ts";
import { exportOf, type InExport } from "./export-of.ts";
import { newTally, problem, shownPath, type FlushRun } from "./flush-run.ts";
import { GroupClient } from "./group-client.ts";
import { statPlain } from "./plain-files.ts";
import { removeEverywhere } from "./lost-names.ts";
import { spread, takeReplaced } from "./spread-directory.ts";

export type FlushOptions = {
  readonly path: string;
  readonly config: string | undefined;
  readonly recursive: boolean;
  readonly compare: boolean;
  readonly json: boolean;
};

function refuse(code: number, line: string): number {
  console.error(`flush: ${line}`);
  return code;
}

/** `flush PATH`. @returns What it ends with. */
export async function flushPath(options: FlushOptions): Promise<number> {
  const path = resolve(options.path);
  const model = readConfig(resolve(configPath(options.config)));
  if (model === undefined) return EXIT.configuration;
  const found = exportOf(model, path, namesOfThisMachine());
  if (found === undefined) return refuse(EXIT.nothingThere, `${path} lies in no export of this machine's servers`);
  if (process.getuid?.() !== 0) return refuse(EXIT.failed, "only root can flush");
  const client = new GroupClient(model, found.group, `flush ${path}`);
  try {
    const ready = await client.ready(model.timeouts.connectMs);
    if (!ready.ok) return refuse(EXIT.failed, `all servers of ${found.group.name} are needed: ${ready.because}`);
    return await flushIn(client, found, { ...options, path });
  } finally {
    await client.close();
  }
}

async function flushIn(
  client: GroupClient,
  { group, member, names }: InExport,
  { path, recursive, compare, json }: FlushOptions,
): Promise<number> {
  const places = [...group.members.keys()];
  const own = group.members.indexOf(member);
  const isWritten = (place: number): boolean =>
    ((PERMISSION_NUMBER[group.members[place]?.permissions ?? "read-only"] ?? 0) & 2) !== 0;
  const progress = openProgress(json);
  const run: FlushRun = {
    client,
    own,
    others: places.filter((place) => place !== own && isWritten(place)),
    recursive,
    compare,
    tally: newTally(),
    progress: (now) => progress.now(`${run.tally.objects} objects; ${shownPath(now)}`),
  };
  const there = await begin(run, member.export, names);
  if (!there) {
    progress.end();
    return refuse(EXIT.nothingThere, `${path}: no such file or directory`);
  }
  const synced = await client.sync();
  progress.end();
  const { objects, changed, adopted, removed, bytes, problems, copied } = run.tally;
  const kept = synced.ok ? dropCopies(member.export, copied) : [];
  const because = synced.ok ? "" : (synced.because ?? synced.errno);
  const result: FlushResult = {
    version: 1,
    ok: because === "" && problems.length === 0,
    server: member.server.name,
    path,
    objects,
    changed,
    adopted,
    removed,
    bytes,
    problems,
    kept,
    because,
  };
  if (json) process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
  else {
    const { told, wrong } = flushLines(result);
    for (const line of told) process.stdout.write(`${line}\n`);
    for (const line of wrong) console.error(`flush: ${line}`);
  }
  if (result.ok) return EXIT.ok;
  return because !== "" || objects + removed === 0 ? EXIT.failed : EXIT.partly;
}

/** Walks down to the path, and makes this server's version of it that of all. @returns Whether it is there. */
async function begin(run: FlushRun, root: string, names: readonly string[]): Promise<boolean> {
  let oid: Oid = ROOT_OID;
  let plain = Buffer.from(root).toString("latin1");
  for (const [depth, name] of names.entries()) {
    const parent = oid;
    plain = `${plain}/${name}`;
    const path = names.slice(0, depth + 1).join("/");
    const found = await lookup(run, run.own, parent, name);
    if (found.ok) oid = found.value.oid;
    else {
      if (found.errno !== "ENOENT") return false;
      return takeName(run, { parent, name, plain, path, isLast: depth === names.length - 1 });
    }
  }
  await spread(run, { oid, plain, path: names.join("/") });
  return true;
}

async function lookup({ client }: FlushRun, place: number, parent: Oid, name: string): Promise<Result<Attributes>> {
  const message = { kind: "lookup", parent, name: fileName(name), caller: ROOT_CALLER, lease: 0 } as const;
  const found = await client.ask(place, message, "attributesAre");
  return found.ok ? ok(found.value.attributes) : found;
}

/** A name that means nothing to this server: what is there was made by hand, or what was there has gone so. */
async function takeName(
  run: FlushRun,
  at: Parameters<typeof adopt>[1] & { readonly isLast: boolean },
): Promise<boolean> {
  const isThere = statPlain(at.plain) !== undefined;
  const theirs = await Promise.all(run.others.map((place) => lookup(run, place, at.parent, at.name)));
  const [first] = theirs;
  if (first === undefined || theirs.every((their) => !their.ok)) {
    if (isThere) await adopt(run, at);
    return isThere;
  }
  if (!first.ok || theirs.some((their) => !their.ok || their.value.oid !== first.value.oid)) {
    problem(run, at.path, "the other servers differ, too: make it so that they agree");
    return true;
  }
  if (!isThere && !at.isLast) return false;
  if (isThere) await takeReplaced(run, { ...at, theirs: first.value });
  else await removeEverywhere(run, { ...at, theirs: first.value });
  return true;
}

/**
 * What was taken over as a copy lies among what the member has put away: it is not needed any more.
 * @returns What stays there, since it is not what was copied.
 */
function dropCopies(root: string, copied: FlushRun["tally"]["copied"]): readonly string[] {
  const folder = join(root, ".pohmelfs/drift");
  const wanted = new Map(copied.map(({ path, stat }) => [stat.inode, { path, stat }]));
  const kept: string[] = [];
  let names: Buffer[];
  try {
    names = readdirSync(folder, { encoding: "buffer" });
  } catch {
    return [];
  }
  for (const name of names) {
    const path = Buffer.concat([Buffer.from(`${folder}/`), name]);
    const { ino, mtimeNs, size, dev } = lstatSync(path, { bigint: true });
    const copy = wanted.get(ino);
    if (copy === undefined || copy.stat.device !== dev) continue;
    const { mtime } = copy.stat;
    const isAsItWas =
      Number(size) === copy.stat.size && mtimeNs === BigInt(mtime.sec) * 1_000_000_000n + BigInt(mtime.nsec);
    if (isAsItWas) rmSync(path, { recursive: true, force: true });
    else kept.push(path.toString());
  }
  return kept;
}
