import type { Oid } from "../core/brand.ts";
import type { Header, KernelRequest, OperationName } from "./core/request.ts";

/** During these the kernel holds the lock of the directory that they name, and of a rename's other one. */
const LOCKING: ReadonlySet<OperationName> = new Set<OperationName>([
  "lookup",
  "readdir",
  "create",
  "tmpfile",
  "mknod",
  "mkdir",
  "symlink",
  "link",
  "unlink",
  "rmdir",
  "rename",
]);

/** Whether the kernel waits for an answer to such a request. */
export const isAnswered = (op: OperationName): boolean =>
  op !== "forget" && op !== "batchForget" && op !== "interrupt" && op !== "destroy";

/** The requests that are not answered yet. Those that are answered while they are handled cost next to nothing. */
export class PendingRequests {
  readonly #requests = new Map<number, KernelRequest>();
  /** The request that is being handled; undefined once it is answered. */
  #current: KernelRequest | undefined;

  /** How many, without one that is being handled. */
  get count(): number {
    return this.#requests.size;
  }

  begin(request: KernelRequest): void {
    this.#current = request;
  }

  /** Handling is over; the answer may come later. */
  end(request: KernelRequest): void {
    const isOver = this.#current === undefined;
    this.#current = undefined;
    if (isOver || !isAnswered(request.op)) return;
    this.#requests.set(request.header.unique, request);
  }

  /** @returns The request that this is the answer to; undefined where it is not known. */
  answered({ unique }: Header): KernelRequest | undefined {
    const current = this.#current;
    if (current?.header.unique === unique) {
      this.#current = undefined;
      return current;
    }
    const request = this.#requests.get(unique);
    if (request !== undefined) this.#requests.delete(unique);
    return request;
  }

  /** Whether the kernel holds this directory's lock for one of them. */
  locks(directory: Oid): boolean {
    for (const request of this.#requests.values()) {
      if (!LOCKING.has(request.op)) continue;
      if (request.header.node === directory) return true;
      if (request.op === "rename" && request.newParent === directory) return true;
    }
    return false;
  }

  /** Whether the kernel holds pages of this file locked until one of them, a write, is answered. */
  writes(file: Oid): boolean {
    for (const { op, header } of this.#requests.values()) if (op === "write" && header.node === file) return true;
    return false;
  }

  /** @returns All of them, which from now on are no concern of its. */
  takeAll(): readonly Header[] {
    const headers = [...this.#requests.values()].map(({ header }) => header);
    this.#requests.clear();
    return headers;
  }
}
