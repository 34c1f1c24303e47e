/** A file system in memory behind a transport: what tests and benches mount. One host, no limits, everything allowed. */
import { type Attributes, S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from "../../core/attributes.ts";
import { type FileName, fileName, type Oid, oid, version } from "../../core/brand.ts";
import type { ErrnoName } from "../../core/errno.ts";
import { TIME_ZERO, type Time } from "../../core/time.ts";
import { type DirectoryEntry, FOPEN, type Reply, type Validity } from "../core/reply.ts";
import { FATTR, type KernelRequest, type OperationName } from "../core/request.ts";
import type { Transport } from "../transport.ts";

export type TreeObject = {
  attributes: Attributes;
  data: Buffer;
  parent: Oid;
  readonly children: Map<FileName, Oid>;
  readonly xattrs: Map<FileName, Uint8Array>;
  target: FileName;
};

type Of<Op extends OperationName> = Extract<KernelRequest, { op: Op }>;
/** `undefined`: not answered here. */
type Handler<Op extends OperationName> = (request: Of<Op>) => Reply | undefined;
type Handlers = { readonly [Op in OperationName]?: Handler<Op> };

const EMPTY: Reply = { kind: "empty" };
const error = (errno: ErrnoName): Reply => ({ kind: "error", errno });
const latin1 = (bytes: string): Buffer => Buffer.from(bytes, "latin1");

/** What of a transport a tree needs. */
export type Answering = Pick<Transport, "reply" | "replyDirectory" | "keep">;

export type MemoryTreeOptions = {
  /** Of everything but the attributes of names that begin with "bare" in listings. */
  readonly validity: Validity;
  readonly now: () => Time;
  /** Told of each request before it is answered. */
  readonly seen?: (request: KernelRequest) => void;
};

export class MemoryTree {
  readonly objects = new Map<Oid, TreeObject>();
  /** Set once there is one; `handle` answers through it. */
  transport: Answering | undefined;
  readonly #options: MemoryTreeOptions;
  #last = 1;
  #handles = 0;
  readonly #handlers: Handlers;

  constructor(options: MemoryTreeOptions) {
    this.#options = options;
    this.#add(oid(1), { mode: S_IFDIR | 0o755, uid: 0, gid: 0, rdev: 0 });
    this.#handlers = this.#table();
  }

  handle(request: KernelRequest): void {
    this.#options.seen?.(request);
    // The handler of `op` takes requests of that `op`: what the type of the table says, and TypeScript cannot follow.
    const handler = this.#handlers[request.op] as ((request: KernelRequest) => Reply | undefined) | undefined;
    const reply = handler === undefined ? error("ENOSYS") : handler(request);
    if (reply !== undefined) this.transport?.reply(request.header, reply);
  }

  #add(number: Oid, { mode, uid, gid, rdev }: { mode: number; uid: number; gid: number; rdev: number }): TreeObject {
    const now = this.#options.now();
    const attributes: Attributes = {
      oid: number,
      version: version(1),
      mode,
      nlink: (mode & S_IFMT) === S_IFDIR ? 2 : 1,
      uid,
      gid,
      rdev,
      size: 0,
      blocks: 0,
      blockSize: 4096,
      atime: now,
      mtime: now,
      ctime: now,
      btime: now,
    };
    const object = {
      attributes,
      data: Buffer.alloc(0),
      parent: oid(1),
      children: new Map(),
      xattrs: new Map(),
      target: fileName(""),
    };
    this.objects.set(number, object);
    return object;
  }

  #of(number: Oid): TreeObject {
    const object = this.objects.get(number);
    if (object === undefined) throw new Error(`the kernel asks for ${number}, which it never got`);
    return object;
  }

  #child(request: { readonly header: { readonly node: Oid } }, name: FileName): Oid | undefined {
    return this.#of(request.header.node).children.get(name);
  }

  #make(request: KernelRequest, name: FileName, mode: number, rdev: number): TreeObject | undefined {
    if (this.#child(request, name) !== undefined) return undefined;
    this.#last += 1;
    const { uid, gid, node } = request.header;
    const object = this.#add(oid(this.#last), { mode, uid, gid, rdev });
    object.parent = node;
    this.#of(node).children.set(name, object.attributes.oid);
    return object;
  }

  #entry(object: TreeObject | undefined): Reply {
    if (object === undefined) return error("EEXIST");
    return { kind: "entry", attributes: object.attributes, validity: this.#options.validity };
  }

  #attributes(object: TreeObject): Reply {
    return {
      kind: "attributes",
      attributes: object.attributes,
      attributeSeconds: this.#options.validity.attributeSeconds,
    };
  }

  #change(object: TreeObject, changed: Partial<Attributes>): void {
    object.attributes = { ...object.attributes, ctime: this.#options.now(), ...changed };
  }

  #resize(object: TreeObject, size: number): void {
    if (size > object.data.length) {
      const larger = Buffer.alloc(Math.max(size, object.data.length * 2));
      object.data.copy(larger, 0, 0, object.attributes.size);
      object.data = larger;
    } else object.data.fill(0, size);
    this.#change(object, { size, blocks: Math.ceil(size / 512), mtime: this.#options.now() });
  }

  #setattr(request: Of<"setattr">): Reply {
    const object = this.#of(request.header.node);
    const { valid } = request;
    const has = (bit: number): boolean => (valid & bit) !== 0;
    if (has(FATTR.size)) this.#resize(object, request.size);
    this.#change(object, {
      ...(has(FATTR.mode) ? { mode: (object.attributes.mode & S_IFMT) | (request.mode & 0o7777) } : {}),
      ...(has(FATTR.uid) ? { uid: request.uid } : {}),
      ...(has(FATTR.gid) ? { gid: request.gid } : {}),
      ...(has(FATTR.atime) ? { atime: has(FATTR.atimeNow) ? this.#options.now() : request.atime } : {}),
      ...(has(FATTR.mtime) ? { mtime: has(FATTR.mtimeNow) ? this.#options.now() : request.mtime } : {}),
    });
    return this.#attributes(object);
  }

  #write(request: Of<"write">): Reply {
    const object = this.#of(request.header.node);
    const end = request.offset + request.data.length;
    if (end > object.attributes.size) this.#resize(object, end);
    object.data.set(request.data, request.offset);
    return { kind: "written", count: request.data.length };
  }

  #read(request: Of<"read">): Reply {
    const { data, attributes } = this.#of(request.header.node);
    return {
      kind: "data",
      data: data.subarray(request.offset, Math.min(request.offset + request.size, attributes.size)),
    };
  }

  *#listing(directory: TreeObject, from: number): Generator<DirectoryEntry> {
    const dots: [FileName, Oid][] = [
      [fileName("."), directory.attributes.oid],
      [fileName(".."), directory.parent],
    ];
    let offset = 0;
    for (const [name, number] of [...dots, ...directory.children]) {
      offset += 1;
      const { validity } = name.startsWith("bare") ? { validity: undefined } : this.#options;
      if (offset > from) yield { name, offset, attributes: this.#of(number).attributes, validity };
    }
  }

  #readdir(request: Of<"readdir">): undefined {
    const entries = this.#listing(this.#of(request.header.node), request.offset);
    this.transport?.replyDirectory(request.header, request.size, request.plus, entries);
    return undefined;
  }

  #remove(request: Of<"unlink"> | Of<"rmdir">): Reply {
    const number = this.#child(request, request.name);
    if (number === undefined) return error("ENOENT");
    const object = this.#of(number);
    if (request.op === "rmdir" && object.children.size > 0) return error("ENOTEMPTY");
    this.#of(request.header.node).children.delete(request.name);
    this.#change(object, { nlink: request.op === "rmdir" ? 0 : object.attributes.nlink - 1 });
    return EMPTY;
  }

  #rename(request: Of<"rename">): Reply {
    const number = this.#child(request, request.name);
    const target = this.#of(request.newParent);
    if (number === undefined) return error("ENOENT");
    if (request.flags & 1 && target.children.has(request.newName)) return error("EEXIST");
    if (request.flags & ~1) return error("EINVAL");
    this.#of(request.header.node).children.delete(request.name);
    target.children.set(request.newName, number);
    this.#of(number).parent = request.newParent;
    return EMPTY;
  }

  #link(request: Of<"link">): Reply {
    const object = this.#of(request.from);
    this.#of(request.header.node).children.set(request.name, request.from);
    this.#change(object, { nlink: object.attributes.nlink + 1 });
    return this.#entry(object);
  }

  #symlink(request: Of<"symlink">): Reply {
    const object = this.#make(request, request.name, S_IFLNK | 0o777, 0);
    if (object !== undefined) {
      object.target = request.target;
      this.#change(object, { size: request.target.length });
    }
    return this.#entry(object);
  }

  #sized(value: Uint8Array, size: number): Reply {
    if (size === 0) return { kind: "xattrSize", size: value.length };
    return value.length > size ? error("ERANGE") : { kind: "data", data: value };
  }

  #opened(openFlags: number): Reply {
    this.#handles += 1;
    return { kind: "opened", fh: this.#handles, openFlags };
  }

  #create(request: Of<"create">): Reply {
    const object = this.#make(request, request.name, S_IFREG | (request.mode & 0o7777 & ~request.umask), 0);
    if (object === undefined) return error("EEXIST");
    this.#handles += 1;
    const { validity } = this.#options;
    return { kind: "created", attributes: object.attributes, validity, fh: this.#handles, openFlags: FOPEN.keepCache };
  }

  #lookup(request: Of<"lookup">): Reply {
    const number = this.#child(request, request.name);
    if (number === undefined) return { kind: "negative", entrySeconds: this.#options.validity.entrySeconds };
    return this.#entry(this.#of(number));
  }

  #table(): Handlers {
    const nothing = (): Reply => EMPTY;
    const none = (): undefined => undefined;
    return {
      lookup: (r) => this.#lookup(r),
      getattr: (r) => this.#attributes(this.#of(r.header.node)),
      statx: (r) => {
        const { attributeSeconds } = this.#options.validity;
        return { kind: "statx", attributes: this.#of(r.header.node).attributes, attributeSeconds };
      },
      setattr: (r) => this.#setattr(r),
      readlink: (r) => ({ kind: "data", data: latin1(this.#of(r.header.node).target) }),
      symlink: (r) => this.#symlink(r),
      mknod: (r) => this.#entry(this.#make(r, r.name, r.mode & ~r.umask, r.rdev)),
      mkdir: (r) => this.#entry(this.#make(r, r.name, S_IFDIR | (r.mode & ~r.umask), 0)),
      unlink: (r) => this.#remove(r),
      rmdir: (r) => this.#remove(r),
      rename: (r) => this.#rename(r),
      link: (r) => this.#link(r),
      open: () => this.#opened(FOPEN.keepCache),
      opendir: () => this.#opened(FOPEN.keepCache | FOPEN.cacheDirectory),
      create: (r) => this.#create(r),
      read: (r) => this.#read(r),
      write: (r) => this.#write(r),
      readdir: (r) => this.#readdir(r),
      statfs: () => ({
        kind: "statfs",
        blocks: 1 << 20,
        blocksFree: 1 << 19,
        blocksAvailable: 1 << 19,
        files: 1000,
        filesFree: 500,
        blockSize: 4096,
        nameMax: 255,
      }),
      setxattr: (r) => {
        this.#of(r.header.node).xattrs.set(r.name, r.value);
        return EMPTY;
      },
      getxattr: (r) => {
        const value = this.#of(r.header.node).xattrs.get(r.name);
        return value === undefined ? error("ENODATA") : this.#sized(value, r.size);
      },
      listxattr: (r) => {
        const names = [...this.#of(r.header.node).xattrs.keys()].map((name) => `${name}\0`);
        return this.#sized(latin1(names.join("")), r.size);
      },
      removexattr: (r) => (this.#of(r.header.node).xattrs.delete(r.name) ? EMPTY : error("ENODATA")),
      getlk: (r) => ({ kind: "lock", type: 2, start: r.lock.start, end: r.lock.end, pid: 0 }),
      setlk: nothing,
      lseek: (r) =>
        r.offset < this.#of(r.header.node).attributes.size ? { kind: "offset", offset: r.offset } : error("ENXIO"),
      fallocate: (r) => {
        const object = this.#of(r.header.node);
        if (r.mode !== 0) return error("EOPNOTSUPP");
        if (r.offset + r.length > object.attributes.size) this.#resize(object, r.offset + r.length);
        return EMPTY;
      },
      ioctl: () => error("ENOTTY"),
      release: nothing,
      releasedir: nothing,
      fsync: nothing,
      fsyncdir: nothing,
      flush: nothing,
      access: nothing,
      forget: none,
      batchForget: none,
      interrupt: none,
    };
  }
}

/** A clock that stands still, for what needs none. */
export const noTime = (): Time => TIME_ZERO;
