import type { ClientId } from "../../core/brand.ts";
import { helloWith } from "../../wire/hello.ts";
import type { MessageOfKind } from "../../wire/messages.ts";

export type LinkOptions = {
  /** Place of the member in the group. */
  readonly place: number;
  readonly server: string;
  readonly index: number;
  readonly host: string;
  /** Name of the server that is the group's lead, as this client's configuration has it. */
  readonly lead: string;
  readonly configHash: Uint8Array;
  readonly beatMs: number;
  readonly suspectMs: number;
};

/**
 * The first frame of a connection.
 * @param client The session that it is to stand for; 0: none.
 * @param isFresh The member is to make the session known. Else it must know it: a member that has forgotten a session
 *   cannot say any more what it applied of it.
 */
export function helloOf(options: LinkOptions, client: ClientId, isFresh: boolean): MessageOfKind<"hello"> {
  const { index, host, lead, configHash } = options;
  return helloWith({ index, host, lead, configHash, client, fresh: isFresh ? 1 : 0 });
}
