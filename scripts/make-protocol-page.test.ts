import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { MESSAGES } from "../daemons/wire/messages.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

test("docs/protocol.md is in step with the message table", () => {
  const script = ["--import=tsx", "scripts/make-protocol-page.ts", "--check"];
  const { status, stderr } = spawnSync(process.execPath, script, { cwd: root, encoding: "utf8" });
  assert.equal(status, 0, stderr);
});

test("docs/protocol.md has every message with every field", () => {
  const page = readFileSync(new URL("../docs/protocol.md", import.meta.url), "utf8");
  for (const { kind, fields } of MESSAGES) {
    const text = page.split(`#### ${kind}\n`)[1]?.split("\n#")[0] ?? "";
    for (const field of Object.keys(fields)) assert.ok(text.includes(`| ${field} |`), `${kind}.${field}`);
  }
});
