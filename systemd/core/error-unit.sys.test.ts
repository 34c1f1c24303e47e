import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { errorUnit } from "./error-unit.ts";

/** The words of ExecStart=, as systemd would read them. */
function commandOf(text: string): string[] {
  const line = /^ExecStart=(.*)$/m.exec(text)?.[1] ?? "";
  return [...line.matchAll(/"((?:\\.|[^"\\])*)"/g)].map(([, word = ""]) =>
    word.replace(/\\(.)/g, "$1").replaceAll("%%", "%").replaceAll("$$", "$"),
  );
}

test("the service prints every line as an error, and fails with the status of a wrong configuration", () => {
  const { text } = errorUnit("/etc/pohmelfs.yaml", "bad", ['a.yaml:1:2: error: 100% "wrong"\n  1 | $x `y` \\', "two"]);
  const [shell = "", ...rest] = commandOf(text);
  const { status, stderr } = spawnSync(shell, rest, { encoding: "utf8" });
  assert.equal(stderr, '<3>a.yaml:1:2: error: 100% "wrong"\n<3>  1 | $x `y` \\\n<3>two\n');
  assert.equal(status, 3);
});

test("what a terminal would obey does not reach it", () => {
  const { text } = errorUnit("/etc/pohmelfs.yaml", "bad", ["\u001b[2J\u202e\r"]);
  assert.doesNotMatch(text, /[\u001b\u202e\r]/);
});

test("of very many lines the first are shown, and how to see all", () => {
  const { text } = errorUnit("/etc/pohmelfs.yaml", "bad", Array(1000).fill("x".repeat(5000)));
  assert.ok(text.length < 20_000, `${text.length}`);
  assert.match(text, /960 more lines: pohmelfs check \/etc\/pohmelfs\.yaml/);
});
