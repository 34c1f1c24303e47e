import assert from "node:assert/strict";
import { test } from "node:test";
import { messageComments } from "./message-comments.ts";

const SOURCE = `
/** Two numbers. */
const pair = struct({ a: u8, b: u8 });
const range = {
  /** Where it begins,
   *  in bytes. */
  start: u53,
};

// --- first things ------------------------------------

export const hello = message(1, "hello", "to say hello", {
  oid,
  /** How often. */
  times: list(struct({ n: u8 }), 3),
  ...range,
});
export const again = message(2, "again", "the same", range);
`;

test("comments, sections and the names of shared parts are found in the source of the message table", () => {
  const { declarations } = messageComments(SOURCE);
  assert.deepEqual(declarations.get("pair")?.comment, "Two numbers.");
  const start = { name: "start", comment: "Where it begins, in bytes.", alias: "u53", members: [] };
  assert.deepEqual(declarations.get("hello"), {
    section: "first things",
    comment: "",
    members: [
      { name: "oid", comment: "", alias: "oid", members: [] },
      {
        name: "times",
        comment: "How often.",
        alias: "",
        members: [{ name: "n", comment: "", alias: "u8", members: [] }],
      },
      start,
    ],
  });
  assert.deepEqual(declarations.get("again")?.members, [start]);
});
