/** System calls of simulated applications, as the requests that the kernel makes of them. */
import { S_IFDIR, S_IFREG, type Attributes } from "../../../daemons/core/attributes.ts";
import type { FileName, Oid } from "../../../daemons/core/brand.ts";
import { wait, type Operation as Steps } from "../../../daemons/client/core/operation.ts";
import type { Operation } from "../../../daemons/fuse/core/request.ts";
import type { Answer, SimClient } from "../sim-client.ts";

const O_WRONLY = 1;
const O_APPEND = 0o2000;
const O_EXCL = 0o200;
const O_CREAT = 0o100;
const NO_OWNER = "\0".repeat(8);

export type File = { readonly oid: Oid; readonly fh: number };

export function* ask(client: SimClient, node: Oid, operation: Operation, pid = 1): Steps<Answer> {
  return yield* wait<Answer>((resume) => {
    client.ask(node, operation, resume, pid);
    return undefined;
  });
}

/** @returns The errno, or undefined when it succeeded. */
export const errnoOf = (answer: Answer): string | undefined => (answer.kind === "error" ? answer.errno : undefined);

/** Whether nobody can say if it happened. */
export const isUncertain = (answer: Answer): boolean => errnoOf(answer) === "EIO" || errnoOf(answer) === "EINTR";

export function* create(client: SimClient, parent: Oid, name: FileName, exclusive = false): Steps<Answer> {
  const flags = O_WRONLY | O_CREAT | (exclusive ? O_EXCL : O_APPEND);
  return yield* ask(client, parent, { op: "create", name, flags, mode: S_IFREG | 0o666, umask: 0, openFlags: 0 });
}

/** Tries until there is a file to work with. */
export function* openForSure(client: SimClient, parent: Oid, name: FileName): Steps<File | undefined> {
  for (let tries = 0; tries < 20; tries += 1) {
    const made = yield* create(client, parent, name);
    if (made.kind === "created") return { oid: made.attributes.oid, fh: made.fh };
  }
  return undefined;
}

export function* open(client: SimClient, oid: Oid): Steps<File | undefined> {
  const opened = yield* ask(client, oid, { op: "open", flags: 0, openFlags: 0 });
  return opened.kind === "opened" ? { oid, fh: opened.fh } : undefined;
}

export function* lookup(client: SimClient, parent: Oid, name: FileName): Steps<Attributes | undefined> {
  const found = yield* ask(client, parent, { op: "lookup", name });
  return found.kind === "entry" ? found.attributes : undefined;
}

/** With O_APPEND: the kernel's offset is of no account, so 0 is as wrong as any. */
export function* append(client: SimClient, file: File, text: string): Steps<Answer> {
  const data = Buffer.from(text);
  const flags = O_WRONLY | O_APPEND;
  return yield* ask(client, file.oid, { op: "write", fh: file.fh, offset: 0, writeFlags: 0, flags, data });
}

export function* read(client: SimClient, file: File, size: number): Steps<string | undefined> {
  const answer = yield* ask(client, file.oid, { op: "read", fh: file.fh, offset: 0, size, flags: 0 });
  return answer.kind === "data" ? Buffer.from(answer.data).toString() : errnoOf(answer);
}

/** close(2) of the last descriptor. @param owner Of its fcntl locks. */
export function* close(client: SimClient, file: File, owner = NO_OWNER): Steps<void> {
  yield* ask(client, file.oid, { op: "flush", fh: file.fh, owner });
  yield* ask(client, file.oid, { op: "release", fh: file.fh, flags: 0, releaseFlags: 0, owner });
}

export function* mkdir(client: SimClient, parent: Oid, name: FileName): Steps<Answer> {
  return yield* ask(client, parent, { op: "mkdir", name, mode: S_IFDIR | 0o755, umask: 0 });
}
