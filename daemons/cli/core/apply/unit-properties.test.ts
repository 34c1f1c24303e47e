import assert from "node:assert/strict";
import { test } from "node:test";
import { parseShow } from "./unit-properties.ts";

test("systemctl shows units with an empty line between them; values may have equals signs, or be empty", () => {
  const shown = parseShow("Id=a.service\nWhere=/x=y\nResult=\n\nId=b.mount\nWhere=\n\n");
  assert.deepEqual(
    shown.map((one) => [...one]),
    [
      [
        ["Id", "a.service"],
        ["Where", "/x=y"],
        ["Result", ""],
      ],
      [
        ["Id", "b.mount"],
        ["Where", ""],
      ],
    ],
  );
  assert.deepEqual(parseShow(""), []);
});
