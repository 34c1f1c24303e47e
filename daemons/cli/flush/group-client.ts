import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";
import type { Group, Model } from "../../../config-schema/model.ts";
import { clientOptions } from "../../client/client-options.ts";
import { CACHE_LIMITS } from "../../client/core/cache-limits.ts";
import { Client, type ClientOptions } from "../../client/core/client.ts";
import type { Oid } from "../../core/brand.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { Reply } from "../../fuse/core/reply.ts";
import type { KernelRequest, Operation } from "../../fuse/core/request.ts";
import type { Message, MessageKind, MessageOfKind } from "../../wire/messages.ts";
import { errnoName, type ErrnoName } from "../../core/errno.ts";
import { NodePorts } from "./node-ports.ts";

const LOOK_MS = 10;

/**
 * A client of a group for the time of one command (rule C9): what it changes, it changes as any client does, with a
 * session and leases of its own. All is done in the name of root.
 */
export class GroupClient {
  readonly options: ClientOptions;
  readonly #client: Client;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #unique = 2;

  /** @param as What servers show as the place of its mount. */
  constructor(model: Model, group: Group, as: string) {
    const mount = { readOnly: false, noXattr: false, syncOnClose: false, cache: CACHE_LIMITS };
    this.options = clientOptions(model, group, { at: as, mount });
    const ports = new NodePorts(this.options, (unique, reply) => {
      this.#waiting.get(unique)?.(reply);
      this.#waiting.delete(unique);
    });
    this.#client = new Client(this.options, ports);
    ports.serve(this.#client);
    this.#client.start();
  }

  /** Waits until all writable members are there. @returns Why not, in one line. */
  async ready(limitMs: number): Promise<Result<void>> {
    for (const deadline = performance.now() + limitMs; performance.now() < deadline; await sleep(LOOK_MS)) {
      if (this.#client.complete) return ok(undefined);
    }
    const away = this.#client.members().filter(({ active }) => !active);
    const reasons = away.map(({ server, because }) => `${server}: ${because}`).join("; ");
    return fail("EIO", reasons === "" ? this.#client.stopped : reasons);
  }

  /**
   * Asks as the kernel would, and waits until all members have done it: what comes next looks at their files.
   * @returns The error that came after the answer, where one did.
   */
  async change(node: Oid, operation: Operation): Promise<Reply> {
    const before = this.#client.cache.lateErrorCount;
    const reply = await this.#request(node, operation);
    const deadline = performance.now() + this.options.giveUpMs;
    while (this.#client.left.changes > 0) {
      if (performance.now() > deadline) return { kind: "error", errno: "EIO" };
      await turn();
    }
    const { lateErrorCount, lateErrors } = this.#client.cache;
    if (lateErrorCount === before) return reply;
    return { kind: "error", errno: (lateErrors.at(-1)?.errno ?? "EIO") as ErrnoName };
  }

  #request(node: Oid, operation: Operation): Promise<Reply> {
    this.#unique += 2;
    const header = { unique: this.#unique, resent: false, node, uid: 0, gid: 0, pid: 0, suppGroup: undefined };
    return new Promise((settle) => {
      this.#waiting.set(header.unique, settle);
      this.#client.request({ header, ...operation } as KernelRequest);
    });
  }

  /** Asks one member, past all that is known here. @param kind Of the answer. */
  ask<Kind extends MessageKind>(place: number, message: Message, kind: Kind): Promise<Result<MessageOfKind<Kind>>> {
    return new Promise((settle) => {
      this.#client.link(place).ask(message, (answer) => {
        // Data is a view of memory that the next frame overwrites.
        const lasting = answer.kind === "data" ? { ...answer, data: Buffer.from(answer.data) } : answer;
        if (lasting.kind === kind) settle(ok(lasting as MessageOfKind<Kind>));
        else if (answer.kind === "failed") settle(fail(errnoName(answer.errno), answer.because));
        else settle(fail("EIO", answer.kind === "lost" ? "the connection broke" : `it answered ${answer.kind}`));
      });
    });
  }

  /** Has all other clients give an object back: what they have changed of it is on all members then. */
  take(oid: Oid): Promise<Result<void>> {
    return new Promise((settle) => this.#client.take(oid, settle));
  }

  /** Waits until all that was changed is durable on all members. */
  sync(): Promise<Result<void>> {
    return new Promise((settle) => this.#client.sync(settle));
  }

  /** Ends the session. */
  async close(): Promise<void> {
    await new Promise<void>((settle) => this.#client.settle(settle));
    this.#client.stop();
  }
}
