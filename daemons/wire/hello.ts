import { clientId } from "../core/brand.ts";
import { MAGIC, PROTOCOL, ROLE, type MessageOfKind } from "./messages.ts";

type Hello = MessageOfKind<"hello">;

/** The first frame of a connection: of a client that has no session yet and takes no server for the lead, but for `own`. */
export const helloWith = (own: Partial<Hello> & Pick<Hello, "index" | "host">): Hello => ({
  kind: "hello",
  magic: MAGIC,
  versionMin: PROTOCOL.min,
  versionMax: PROTOCOL.max,
  capabilities: 0,
  role: ROLE.client,
  client: clientId(0),
  fresh: 0,
  configHash: new Uint8Array(0),
  lead: "",
  authentication: new Uint8Array(0),
  ...own,
});
