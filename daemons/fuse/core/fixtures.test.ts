import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { decodeRequest } from "./decode-request.ts";
import { type Memory, memoryOf } from "./memory.ts";
import { negotiate, WANTED } from "./negotiate.ts";
import { OPCODES } from "./opcodes.ts";
import { IN_HEADER } from "./structures.ts";
import { plain, RECORDED_SESSION } from "./testing/recorded-session.ts";

type Fixture = { readonly opcode: string; readonly by: string; readonly hex: string; readonly request?: unknown };

const folder = new URL("fixtures/", import.meta.url);
const recordings = readdirSync(folder).filter((file) => file.endsWith(".json"));
const read = (file: string): Fixture[] => JSON.parse(readFileSync(new URL(file, folder), "utf8"));
const frame = (fixture: Fixture): Memory => memoryOf(Buffer.from(fixture.hex, "hex"));

for (const file of recordings) {
  describe(`what ${file.replace(".json", "")} sent`, () => {
    const fixtures = read(file);

    for (const fixture of fixtures.filter(({ opcode }) => opcode !== "INIT")) {
      test(`${fixture.opcode} of \`${fixture.by}\` means what it meant`, () => {
        const memory = frame(fixture);
        const request = decodeRequest(memory, memory.bytes.length, RECORDED_SESSION);
        assert.deepEqual(plain(request), fixture.request);
        const opcode = OPCODES.find(({ name }) => name === fixture.opcode);
        assert.ok(opcode);
        // The table's structure is exactly as long as the kernel's.
        const extensions = memory.view.getUint16(IN_HEADER.at.extensionWords, true) * 8;
        const body = memory.bytes.length - IN_HEADER.bytes - extensions;
        if (opcode.tail === 0) assert.equal(body, opcode.structure.bytes);
        else assert.ok(body >= opcode.structure.bytes);
      });
    }

    test("INIT is agreed on", () => {
      const fixture = fixtures.find(({ opcode }) => opcode === "INIT");
      assert.ok(fixture);
      const memory = frame(fixture);
      const result = negotiate(memory, memory.bytes.length, memoryOf(Buffer.alloc(128)), WANTED);
      assert.deepEqual(
        result.kind === "agreed" ? plain({ ...result.session, unused: new Set() }) : result,
        plain(RECORDED_SESSION),
      );
      if (result.kind === "agreed") assert.deepEqual(result.session.features, RECORDED_SESSION.features);
    });

    test("every opcode was sent, but those that a kernel sends to no such mount", () => {
      const sent = new Set(fixtures.map(({ opcode }) => opcode));
      const missing = OPCODES.map(({ name }) => name).filter((name) => !sent.has(name));
      // ACCESS: not with default_permissions. BMAP and DESTROY: block devices only.
      assert.deepEqual(missing, ["ACCESS", "BMAP", "DESTROY"]);
    });
  });
}
