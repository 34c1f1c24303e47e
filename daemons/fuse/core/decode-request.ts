import type { FileName, Oid } from "../../core/brand.ts";
import { type Memory, readU64 } from "./memory.ts";
import type { Negotiated } from "./negotiate.ts";
import { OPCODES, type Opcode, readUnique, SETXATTR_SHORT } from "./opcodes.ts";
import type { Header, KernelRequest } from "./request.ts";
import { IN_HEADER } from "./structures.ts";

const HEADER = IN_HEADER.at;
const NO_NAME = "" as FileName;
/** linux/fuse.h, enum fuse_ext_type: the extension of CREATE_SUPP_GROUP; up to 31 they are security contexts. */
const EXTENSION_GROUPS = 32;

const known: (Opcode | undefined)[] = [];
for (const opcode of OPCODES) known[opcode.number] = opcode;

/** The one group of the CREATE_SUPP_GROUP extension {size 16, type 32, count 1, gid}, if it is among the extensions. */
function suppGroupIn(view: DataView, start: number, end: number): number | undefined {
  let at = start;
  while (at + 8 <= end) {
    const size = view.getUint32(at, true);
    if (view.getUint32(at + 4, true) === EXTENSION_GROUPS && size >= 16 && at + 16 <= end) {
      return view.getUint32(at + 8, true) === 1 ? view.getUint32(at + 12, true) : undefined;
    }
    if (size < 8) return undefined;
    at += (size + 7) & ~7;
  }
  return undefined;
}

const unknown = (header: Header, opcode: number, malformed: boolean): KernelRequest => ({
  header,
  op: "unknown",
  opcode,
  malformed,
});

/** The bytes of the NUL-terminated names that fill the tail, without the last NUL; undefined if they do not end so. */
function namesIn(memory: Memory, at: number, end: number): string | undefined {
  return end > at && memory.view.getUint8(end - 1) === 0 ? memory.bytes.toString("latin1", at, end - 1) : undefined;
}

/**
 * Decodes one request, as one read of /dev/fuse gave it.
 *
 * Never throws: what makes no sense is `unknown`, with `malformed` set where the opcode is known or not even the header
 * is whole. A structure may be longer than it is known here (a newer kernel's), never shorter.
 * @param length Bytes read. `memory` must hold them; what lies beyond is not looked at.
 */
export function decodeRequest(memory: Memory, length: number, session: Negotiated): KernelRequest {
  const { view } = memory;
  if (length < IN_HEADER.bytes || length > view.byteLength) return unknown(NO_HEADER, 0, true);
  const extensions = view.getUint16(HEADER.extensionWords, true) * 8;
  const end = length - extensions;
  const node = readU64(view, HEADER.node);
  const header: Header = {
    unique: readUnique(view, HEADER.unique),
    resent: view.getUint32(HEADER.unique + 4, true) >= 0x8000_0000,
    node: node as Oid,
    uid: view.getUint32(HEADER.uid, true),
    gid: view.getUint32(HEADER.gid, true),
    pid: view.getUint32(HEADER.pid, true),
    suppGroup: extensions === 0 ? undefined : suppGroupIn(view, Math.max(end, IN_HEADER.bytes), length),
  };
  const number = view.getUint32(HEADER.opcode, true);
  let opcode = known[number];
  // What is newer than what was agreed on is not spoken, as older kernels do not.
  if (opcode === undefined || opcode.since > session.minor) return unknown(header, number, false);
  if (number === SETXATTR_SHORT.number && !session.setxattrExt) opcode = SETXATTR_SHORT;
  const tail = IN_HEADER.bytes + opcode.structure.bytes;
  if (view.getUint32(HEADER.length, true) !== length || tail > end || node === Number.MAX_SAFE_INTEGER) {
    return unknown(header, number, true);
  }
  let name: string | undefined = NO_NAME;
  let name2: string = NO_NAME;
  if (opcode.tail === 1 || opcode.tail === 2) {
    name = namesIn(memory, tail, end);
    const border = name?.indexOf("\0") ?? -1;
    if (name === undefined || border >= 0 !== (opcode.tail === 2)) return unknown(header, number, true);
    if (border >= 0) {
      name2 = name.slice(border + 1);
      name = name.slice(0, border);
      if (name2.includes("\0")) return unknown(header, number, true);
    }
  }
  const body = { memory, at: IN_HEADER.bytes, tail, end, name: name as FileName, name2: name2 as FileName };
  return opcode.decode(header, body) ?? unknown(header, number, true);
}

const NO_HEADER: Header = { unique: 0, resent: false, node: 0 as Oid, uid: 0, gid: 0, pid: 0, suppGroup: undefined };
