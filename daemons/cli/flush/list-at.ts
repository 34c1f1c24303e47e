import type { Attributes } from "../../core/attributes.ts";
import type { Oid } from "../../core/brand.ts";
import { ok, type Result } from "../../core/result.ts";
import type { FlushRun } from "./flush-run.ts";
import type { PlainPath } from "./plain-files.ts";

/** About how many bytes of names are asked for at a time. */
const LIST_BYTES = 262_144;

/** An object, and where it lies on this server. */
export type Place = {
  readonly oid: Oid;
  /** A path that leads to it. */
  readonly plain: PlainPath;
  /** Below the export, for people. */
  readonly path: string;
};

/** By names as bytes, one a character. */
export type Listed = ReadonlyMap<string, Attributes>;

/** What a directory holds on one member, of what was made through the system. */
export async function listAt({ client }: FlushRun, place: number, oid: Oid): Promise<Result<Listed>> {
  const found = new Map<string, Attributes>();
  for (let cookie = 0; ; ) {
    const message = { kind: "listDirectory", oid, cookie, bytesMax: LIST_BYTES, lease: 0 } as const;
    const answer = await client.ask(place, message, "entries");
    if (!answer.ok) return answer;
    for (const { name, attributes } of answer.value.entries) found.set(name, attributes);
    if (answer.value.end === 1) return ok(found);
    cookie = answer.value.cookie;
  }
}
