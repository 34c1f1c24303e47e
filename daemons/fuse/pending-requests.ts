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
  /** The number of the request that is being handled; -1 once it is answered. */
  #current = -1;

  /** How many, without one that is being handled. */
  get count(): number {
    return this.#requests.size;
  }

  begin({ header }: KernelRequest): void {
    this.#current = header.unique;
  }

  /** Handling is over; the answer may come later. */
  end(request: KernelRequest): void {
    if (this.#current === -1 || !isAnswered(request.op)) return;
    this.#current = -1;
    this.#requests.set(request.header.unique, request);
  }

  /** @returns Whether it had been waiting. */
  answered({ unique }: Header): boolean {
    if (unique !== this.#current) return this.#requests.delete(unique);
    this.#current = -1;
    return false;
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

  /** @returns All of them, which from now on are no concern of its. */
  takeAll(): readonly Header[] {
    const headers = [...this.#requests.values()].map(({ header }) => header);
    this.#requests.clear();
    return headers;
  }
}
