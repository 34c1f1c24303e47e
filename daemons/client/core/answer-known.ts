/** Answers that tell what an object is after a change: as it is known now, and for as long as its lease lasts. */
import type { Attributes } from "../../core/attributes.ts";
import type { FileName, Oid } from "../../core/brand.ts";
import type { Header } from "../../fuse/core/request.ts";
import { FOPEN, type Validity } from "../../fuse/core/reply.ts";
import type { Context } from "./context.ts";
import { tellPages } from "./forgetting.ts";
import type { OpenFile } from "./open-files.ts";
import { secondsOf, secondsOfName } from "./under-lease.ts";

type Now = { readonly attributes: Attributes; readonly attributeSeconds: number };

/** The kernel takes some answers unseen, even if it knows newer: so the newest is told. */
function now(c: Context, told: Attributes): Now {
  const held = c.leases.readable(told.oid);
  if (held?.known === undefined) return { attributes: told, attributeSeconds: 0 };
  // A write of this mount that has its lease in a moment may be answered sooner than this is read.
  const isOld = c.leases.oldPages.has(told.oid) || c.leases.isWantedToWrite(told.oid);
  return { attributes: held.known.attributes, attributeSeconds: isOld ? 0 : secondsOf(c, held) };
}

/** For how long a name means an object, where that is known. */
function nameSeconds(c: Context, parent: Oid, name: FileName, oid: Oid): number {
  const directory = c.leases.readable(parent);
  return directory?.known?.names?.byName.get(name) === oid ? secondsOfName(c, parent, directory, name) : 0;
}

function validityOf(c: Context, { node }: Header, name: FileName, { attributes, attributeSeconds }: Now): Validity {
  return { entrySeconds: nameSeconds(c, node, name, attributes.oid), attributeSeconds };
}

/** Answers what asked for attributes, or to set them. */
export function answerAttributes(c: Context, header: Header, told: Attributes): void {
  c.ports.reply(header, { kind: "attributes", ...now(c, told) });
}

/** Answers what has made a name in the request's directory. */
export function answerNamed(c: Context, header: Header, name: FileName, told: Attributes): void {
  const known = now(c, told);
  c.ports.reply(header, {
    kind: "entry",
    attributes: known.attributes,
    validity: validityOf(c, header, name, known),
  });
}

type Created = { readonly name: FileName; readonly attributes: Attributes; readonly file: OpenFile };

/** Answers CREATE and TMPFILE, whose name is empty. */
export function answerCreated(c: Context, header: Header, { name, attributes, file }: Created): void {
  const known = now(c, attributes);
  c.ports.reply(header, {
    kind: "created",
    attributes: known.attributes,
    validity: validityOf(c, header, name, known),
    fh: file.fh,
    openFlags: pageFlags(c, attributes.oid),
  });
}

/** Flags of open(2): pages that the kernel has of a file are true where it was opened before under the same lease. */
export function pageFlags(c: Context, oid: Oid): number {
  const held = c.leases.readable(oid);
  if (held === undefined || c.leases.validMs(held) === 0) return 0;
  const isKnown = held.isOpened;
  held.isOpened = true;
  tellPages(held);
  return isKnown ? FOPEN.keepCache : 0;
}
