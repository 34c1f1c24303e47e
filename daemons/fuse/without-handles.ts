import { S_IFDIR, S_IFMT } from "../core/attributes.ts";
import type { Oid } from "../core/brand.ts";
import type { Reply } from "./core/reply.ts";
import type { Header, KernelRequest, Operation } from "./core/request.ts";

/** Requests of its own are numbered from here; the kernel counts up from 0. */
const OWN_FROM = 2 ** 52;
/** renameat2(2): RENAME_NOREPLACE, RENAME_EXCHANGE. Neither takes a name from anything for good. */
const KEEPS_TARGET = 1 | 2;

const NOT_KNOWN: Reply = { kind: "error", errno: "ENOSYS" };

export type WithoutHandlesOptions = {
  /** Takes requests: the kernel's, and those made here. */
  readonly handle: (request: KernelRequest) => void;
  /** Answers the kernel. */
  readonly reply: (header: Header, reply: Reply) => void;
};

/**
 * Stands between a transport and whoever handles requests, and has the kernel do without OPEN, CREATE, FLUSH, RELEASE and
 * xattrs: ENOSYS is remembered for the life of the mount, so these are saved for each file. Only for mounts without
 * xattrs, and **without locks**, which would never be released; and an error that comes late reaches fsync(2) only.
 *
 * Nobody is told any more which files are open. So a file that loses its name here is held open, by a request made here,
 * until the kernel forgets it: which it does once nobody has it open.
 */
export class WithoutHandles {
  readonly #options: WithoutHandlesOptions;
  /** What comes of requests made here, and of removals, by number. */
  readonly #asked = new Map<number, (reply: Reply) => void>();
  readonly #removing = new Map<number, (reply: Reply) => void>();
  /** Handles of what has lost a name. */
  readonly #held = new Map<Oid, readonly number[]>();
  #next = OWN_FROM;

  constructor(options: WithoutHandlesOptions) {
    this.#options = options;
  }

  /** A request of the kernel. */
  request(request: KernelRequest): void {
    const { handle, reply } = this.#options;
    switch (request.op) {
      case "open":
      case "create":
      case "flush":
      case "getxattr":
      case "setxattr":
      case "listxattr":
      case "removexattr":
        return reply(request.header, NOT_KNOWN);
      case "unlink":
        return this.#hold(request, request.header.node, request.name);
      case "rename":
        if ((request.flags & KEEPS_TARGET) !== 0) return handle(request);
        return this.#hold(request, request.newParent, request.newName);
      case "forget":
        this.#forgotten(request.header, request.header.node);
        return handle(request);
      case "batchForget":
        for (const { node } of request.forgets) this.#forgotten(request.header, node);
        return handle(request);
      default:
        return handle(request);
    }
  }

  /** Sees each answer. @returns Whether it is to a request made here, and not for the kernel. */
  takes({ unique }: Header, reply: Reply): boolean {
    const asked = this.#asked.get(unique);
    if (asked === undefined) {
      const removed = this.#removing.get(unique);
      if (removed === undefined) return false;
      this.#removing.delete(unique);
      removed(reply);
      return false;
    }
    this.#asked.delete(unique);
    asked(reply);
    return true;
  }

  /** Opens what is about to lose this name, then goes on with the request. */
  #hold(request: KernelRequest, parent: Oid, name: Extract<Operation, { op: "lookup" }>["name"]): void {
    const { header } = request;
    const goOn = (): void => this.#options.handle(request);
    this.#ask(header, parent, { op: "lookup", name }, (found) => {
      if (found.kind !== "entry" || (found.attributes.mode & S_IFMT) === S_IFDIR) return goOn();
      const { oid } = found.attributes;
      this.#ask(header, oid, { op: "open", flags: 0, openFlags: 0 }, (opened) => {
        if (opened.kind !== "opened") return goOn();
        this.#removing.set(header.unique, (reply) => {
          if (reply.kind === "error") this.#release(header, oid, opened.fh);
          else this.#held.set(oid, [...(this.#held.get(oid) ?? []), opened.fh]);
        });
        goOn();
      });
    });
  }

  #forgotten(header: Header, node: Oid): void {
    const handles = this.#held.get(node);
    if (handles === undefined) return;
    this.#held.delete(node);
    for (const fh of handles) this.#release(header, node, fh);
  }

  #release(header: Header, node: Oid, fh: number): void {
    this.#ask(header, node, { op: "release", fh, flags: 0, releaseFlags: 0, owner: "" }, () => {});
  }

  #ask(header: Header, node: Oid, operation: Operation, answered: (reply: Reply) => void): void {
    const unique = this.#next;
    this.#next += 1;
    this.#asked.set(unique, answered);
    this.#options.handle({ header: { ...header, unique, node, resent: false }, ...operation });
  }
}
