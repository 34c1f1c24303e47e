import assert from "node:assert/strict";
import { test } from "node:test";
import { Command, Option } from "commander";
import { lackingText, withCommands, wordsOfCommand } from "./program-words.ts";

function tree(): Command {
  const program = new Command("tool").description("Does things.");
  program
    .command("go")
    .description("Go somewhere. And back.")
    .argument("<place>", "where to")
    .argument("[more...]", "and then")
    .option("-f, --file <file>", "a file")
    .option("--try [time]", "a try")
    .option("--at <name=address[:port]>", "where")
    .addOption(new Option("--how <way>", "the way").choices(["slow", "fast"]))
    .addOption(new Option("--secret", "hidden").hideHelp());
  program.command("__inner", { hidden: true });
  return program;
}

test("a tree of commands is read as it is shown by its help", () => {
  const words = wordsOfCommand(tree());
  assert.deepEqual(
    withCommands(words).map(({ name, purpose }) => [name, purpose]),
    [
      ["tool", "does things"],
      ["tool go", "go somewhere"],
    ],
  );
  const [go] = words.commands;
  assert.deepEqual(
    go?.options.map(({ names, value, valueOptional, choices }) => [names, value, valueOptional, choices]),
    [
      [["-f", "--file"], "FILE", false, undefined],
      [["--try"], "TIME", true, undefined],
      [["--at"], "NAME=ADDRESS[:PORT]", false, undefined],
      [["--how"], "WAY", false, ["slow", "fast"]],
      [["-h", "--help"], undefined, false, undefined],
    ],
  );
  assert.deepEqual(
    go?.arguments.map(({ name, needed, many }) => [name, needed, many]),
    [
      ["PLACE", true, false],
      ["MORE", false, true],
    ],
  );
});

test("what has no text is told by its name", () => {
  assert.deepEqual(lackingText(wordsOfCommand(tree())), []);
  const bare = tree();
  bare.command("bare").argument("<x>").option("--y");
  assert.deepEqual(lackingText(wordsOfCommand(bare)), [
    "tool bare has no description",
    "tool bare: --y has no description",
    "tool bare: X has no description",
  ]);
});
