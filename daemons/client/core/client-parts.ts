import type { Context, MountOptions } from "./context.ts";
import { Contents } from "./contents.ts";
import { askPiece, fetchSmall, smallFilesOf } from "./data-of.ts";
import { askDurable } from "./durability.ts";
import { LateErrors } from "./late-errors.ts";
import type { LeadSession } from "./lead-session.ts";
import { LeaseHolder } from "./lease-holder.ts";
import { ListAhead } from "./list-ahead.ts";
import { LockHolder } from "./lock-holder.ts";
import type { LinkOptions } from "./hello.ts";
import type { MemberLink } from "./member-link.ts";
import { OidRange } from "./oid-range.ts";
import { OpenFiles } from "./open-files.ts";
import type { ClientPorts } from "./ports.ts";
import { RandomReads } from "./random-reads.ts";
import { Readers, type Reader } from "./readers.ts";
import { Reading } from "./reading.ts";
import { Replays } from "./replays.ts";
import { Replicator } from "./replicator.ts";
import { Walker } from "./walker.ts";

/** Of the memory, what is listed ahead of walks may take so much, and as much what is read ahead. */
const AHEAD_SHARE = 1 / 8;

export type ClientMember = {
  readonly server: string;
  readonly address: string;
  readonly port: number;
  readonly priority: number;
  readonly permissions: 1 | 2 | 3;
};

export type ClientOptions = {
  readonly index: number;
  readonly members: readonly ClientMember[];
  /** Place of the lead among the members. */
  readonly lead: number;
  readonly host: string;
  readonly at: string;
  readonly configHash: Uint8Array;
  readonly beatMs: number;
  readonly suspectMs: number;
  readonly giveUpMs: number;
  readonly mount: MountOptions;
};

/** What the parts of a client go by: it may be renewed while they run. */
export type Settings = { now: ClientOptions };

const isWritten = ({ permissions }: ClientMember): boolean => (permissions & 2) !== 0;

/** The members that get every change. */
export const writableOf = ({ members }: ClientOptions, links: readonly MemberLink[]): readonly MemberLink[] =>
  links.filter(({ place }) => {
    const member = members[place];
    return member !== undefined && isWritten(member);
  });

/** The members that are read. One that is read-only is fed by the servers, which this version does not do yet. */
export const readersOf = ({ members }: ClientOptions, links: readonly MemberLink[]): readonly Reader[] =>
  links
    .filter(({ place }) => members[place]?.permissions === 3)
    .map((link) => ({ link, priority: members[link.place]?.priority ?? 0 }));

/** Of one member. */
export function linkOptions(settings: Settings, place: number): LinkOptions {
  const { index, host, members, lead } = settings.now;
  return {
    place,
    server: members[place]?.server ?? "",
    index,
    host,
    lead: members[lead]?.server ?? "",
    get configHash() {
      return settings.now.configHash;
    },
    get beatMs() {
      return settings.now.beatMs;
    },
    get suspectMs() {
      return settings.now.suspectMs;
    },
  };
}

/** Puts the parts of a client together. */
export function makeContext(
  settings: Settings,
  ports: ClientPorts,
  links: readonly MemberLink[],
  lead: LeadSession,
): Context {
  const { members } = settings.now;
  const writable = writableOf(settings.now, links);
  const files = new OpenFiles(ports.keptState);
  const replicator: Replicator = new Replicator(
    writable,
    ports,
    {
      get giveUpMs() {
        return settings.now.giveUpMs;
      },
      get dirtyBytes() {
        return settings.now.mount.cache.dirtyBytes;
      },
      isValid: () => lead.valid,
    },
    {
      diverged: (place, because) =>
        ports.event({ kind: "memberDiverged", server: members[place]?.server ?? "", because }),
      gaveUp: () => leases.wake(),
      undurable: () => isAsked || durable(() => {}),
    },
  );
  const leases: LeaseHolder = new LeaseHolder(lead, ports, {
    get giveUpMs() {
      return settings.now.giveUpMs;
    },
    isOpen: (oid) => files.isOpen(oid),
    gaveBackOpen: (oid) => files.oweUnused(oid),
    stuck: () => replicator.stuck,
    makeDurable: (done) => durable(done),
    get memoryBytes() {
      return settings.now.mount.cache.memoryBytes - context.contents.bytes;
    },
  });
  let isAsked = false;
  /** Asks for all that was changed so far. One that does not follow any more is for an administrator to look at. */
  const durable = (done: (isDurable: boolean) => void): void => {
    const followers = context.writable.filter(({ place }) => !replicator.isDiverged(place));
    const session = lead.client;
    const upTo = replicator.newest;
    isAsked = true;
    askDurable(followers, (isDurable) => {
      isAsked = false;
      if (isDurable && lead.client === session) replicator.durable(upTo);
      done(isDurable);
    });
  };
  const roomBytes = (): number => settings.now.mount.cache.memoryBytes * AHEAD_SHARE;
  const context: Context = {
    ports,
    get options() {
      return settings.now.mount;
    },
    writable,
    lead,
    readers: new Readers(
      readersOf(settings.now, links),
      (link) => !replicator.isDiverged(link.place),
      ports,
      () => settings.now.giveUpMs,
    ),
    leases,
    locks: new LockHolder(lead, files, (because) => ports.event({ kind: "lockLost", because }), ports.keptState),
    replicator,
    files,
    late: new LateErrors(files),
    oids: new OidRange(lead, ports),
    replays: new Replays(),
    walker: new Walker({
      ports,
      list: (directory, isWhole, done) => ahead.list(directory, isWhole, done),
      roomBytes,
    }),
    reading: new Reading({
      filesOf: (directory) => smallFilesOf(context, directory),
      fetch: (file, done) => fetchSmall(context, file, done),
    }),
    randomReads: new RandomReads(),
    contents: new Contents({
      ports,
      readable: (oid) => leases.readable(oid),
      ask: (oid, offset, done) => askPiece(context, oid, offset, done),
      roomBytes,
    }),
  };
  const ahead = new ListAhead(context);
  return context;
}
