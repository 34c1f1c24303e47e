import { S_IFDIR, S_IFREG, type Attributes } from "../../../core/attributes.ts";
import { fileName, oid, type FileName } from "../../../core/brand.ts";
import { ERRNO } from "../../../core/errno.ts";
import type { Operation } from "../../../fuse/core/request.ts";
import type { Message, MessageOfKind } from "../../../wire/messages.ts";
import { fileOf } from "./grants.ts";
import type { mounted } from "./mounted.ts";

type Group = ReturnType<typeof mounted>;

export const DIRECTORY = 3;

export const directoryOf = (number: number): Attributes => ({ ...fileOf(oid(number)), mode: S_IFDIR | 0o755 });

export const lookup = (name: string): Operation => ({ op: "lookup", name: fileName(name) });
export const getattr: Operation = { op: "getattr", fh: undefined };

/** What the lead says that a name means; 0: nothing. */
export const means = (number: number, leased: 0 | 1 = 1): Message =>
  number === 0
    ? { kind: "failed", errno: ERRNO.ENOENT.number, because: "no such name" }
    : { kind: "attributesAre", attributes: fileOf(oid(number)), leased, bare: 1 };

export const tooEarly: Message = { kind: "failed", errno: ERRNO.EAGAIN.number, because: "not granted yet" };

type Entry = MessageOfKind<"entries">["entries"][number];

/** A part of a listing as the lead tells it. */
export const listed = (
  names: Readonly<Record<string, number>>,
  { leased = 1, end = 1, cookie = 9 }: { leased?: 0 | 1; end?: 0 | 1; cookie?: number } = {},
): Message => ({
  kind: "entries",
  cookie,
  end,
  entries: Object.entries(names).map(
    ([name, number]): Entry => ({
      name: fileName(name),
      leased,
      bare: 1,
      attributes: { ...fileOf(oid(number)), mode: S_IFREG | 0o644 },
    }),
  ),
});

/** The lead grants what was asked for longest: directories as such, other objects as files. */
export function grantKinds(group: Group, directories: readonly number[] = [DIRECTORY]): void {
  const { message, request } = group.ports.take(0, "acquire");
  const grants = message.wants.map((want) => ({
    oid: want.oid,
    mode: want.mode,
    inUse: 0,
    bare: 1,
    attributes: [directories.includes(want.oid) ? directoryOf(want.oid) : fileOf(want.oid)],
  }));
  group.client.link(0).received({ kind: "granted", grants }, request);
}

export const revoke = (group: Group, number: number, keep = 0): void =>
  group.client.link(0).received({ kind: "revoke", oid: oid(number), keep }, 0);

/** Names of a listing as the kernel was told them, without "." and "..". */
export function namesTold(group: Group, request: number): readonly FileName[] {
  const reply = group.answerTo(request);
  if (reply?.kind !== "directory") throw new Error(`answered with ${reply?.kind}`);
  return reply.entries.map(({ name }) => name).filter((name) => name !== "." && name !== "..");
}

/** The lease of an open file is lost while the kernel reads pages under it: what it has of them may be old from then on. */
export function loseAmidReads(group: Group, file: number, fh: number): void {
  const read: Operation = { op: "read", fh, offset: 0, size: 4_096, flags: 0 };
  group.ports.forgetsAtOnce = false;
  group.ask(file, read);
  revoke(group, file);
  group.ask(file, read);
  group.ports.invalidated.at(-1)?.done();
}
