import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { bashCompletion } from "./bash.ts";
import { completedPrograms } from "./completed-programs.ts";
import { fishCompletion } from "./fish.ts";
import { unknownPlaces } from "./value-kinds.ts";
import { zshCompletion } from "./zsh.ts";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "pohmelfs-completion-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const programs = completedPrograms();
for (const program of programs) writeFileSync(join(folder, `${program.name}.bash`), bashCompletion(program));

// `pohmelfs` as it is found in the PATH, which counts how often it is asked.
const bin = join(folder, "bin");
mkdirSync(bin);
const asked = join(folder, "asked");
const script = `#!/bin/sh
echo "$@" >>${asked}
exec ${process.execPath} --import=${import.meta.resolve("tsx")} ${join(root, "daemons/cli/pohmelfs.ts")} "$@"
`;
writeFileSync(join(bin, "pohmelfs"), script);
chmodSync(join(bin, "pohmelfs"), 0o755);
for (const number of [1, 2, 12]) mkdirSync(join(folder, "state/generations", String(number)), { recursive: true });

const env = {
  ...process.env,
  PATH: `${bin}:${process.env["PATH"]}`,
  POHMELFS_CONFIG: join(root, "examples/tutorial.yaml"),
  POHMELFS_STATE: join(folder, "state"),
};

/** What bash offers for the last of the words, which it has split as it does. */
function offered(...words: readonly string[]): readonly string[] {
  const quoted = words.map((word) => `'${word}'`).join(" ");
  const program = words[0];
  const { stdout, stderr } = spawnSync(
    "bash",
    [
      "--norc",
      "-uc",
      `. ${folder}/${program}.bash; COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _${program}; printf '%s\\n' "\${COMPREPLY[@]-}"`,
    ],
    { encoding: "utf8", env, cwd: root },
  );
  assert.equal(stderr, "");
  return stdout.split("\n").filter((line) => line !== "");
}

test("it is said of every place what stands there", () => {
  assert.deepEqual(programs.flatMap(unknownPlaces), []);
});

test("bash completes commands and options", () => {
  assert.deepEqual(offered("pohmelfs", "mounts"), ["mountstats"]);
  assert.deepEqual(offered("pohmelfs", "status", "--"), ["--config", "--json", "--exit-code", "--help"]);
  assert.deepEqual(offered("pohmelfs", "status", "--config", "x.yaml", "--j"), ["--json"]);
  assert.deepEqual(offered("cfg", "-A", ""), ["add", "del", "modify", "show", "dump", "flush"]);
  assert.deepEqual(offered("cfg", "-I", ""), ["1", "2", "3"]);
});

test("bash completes files, also behind an equals sign", () => {
  assert.deepEqual(offered("pohmelfs", "check", "package-l"), ["package-lock.json"]);
  assert.deepEqual(offered("pohmelfs", "status", "--config", "package-l"), ["package-lock.json"]);
  assert.deepEqual(offered("pohmelfs", "status", "--config", "=", "package-l"), ["package-lock.json"]);
  assert.deepEqual(offered("fserver", "-r", "examp"), ["examples"]);
});

test("bash completes the names of the configuration, of another where one is named", () => {
  assert.deepEqual(offered("pohmelfs", "plan", "--host", ""), ["host-75", "host-166", "host-147", "laptop"]);
  assert.deepEqual(offered("fserver", "--name", "host-1"), ["host-166", "host-147"]);
  assert.deepEqual(offered("cfg", "-i", ""), ["1"]);
  assert.deepEqual(offered("pohmelfs", "get", "servers.host-75.p"), ["servers.host-75.port"]);
  const other = join(root, "examples/one-machine.yaml");
  assert.deepEqual(offered("pohmelfs", "plan", "--config", other, "--host", "host-1"), []);
  assert.deepEqual(offered("pohmelfs", "plan", "--config", "/nowhere.yaml", "--host", ""), []);
});

test("bash completes generations by what is there, without starting anything", () => {
  rmSync(asked, { force: true });
  assert.deepEqual(offered("pohmelfs", "rollback", "1"), ["1", "12"]);
  assert.equal(spawnSync("cat", [asked]).status, 1);
});

test("bash asks once for what it completes several times in a row", () => {
  rmSync(asked, { force: true });
  const twice = "_pohmelfs; COMPREPLY=(); _pohmelfs";
  const script = `. ${folder}/pohmelfs.bash; COMP_WORDS=(pohmelfs plan --host ''); COMP_CWORD=3; ${twice}`;
  spawnSync("bash", ["--norc", "-c", script], { env });
  assert.equal(spawnSync("cat", [asked], { encoding: "utf8" }).stdout, "__complete host\n");
});

/** Whether a shell understands a file; undefined where the shell is not installed. */
function complaints(shell: string, file: string): string | undefined {
  const { error, stderr } = spawnSync(shell, ["-n", file], { encoding: "utf8" });
  return error === undefined ? stderr : undefined;
}

test("zsh understands what is for it", (t) => {
  const file = join(folder, "_pohmelfs");
  writeFileSync(file, zshCompletion(programs));
  const said = complaints("zsh", file);
  if (said === undefined) return t.skip("zsh is not installed");
  assert.equal(said, "");
});

test("fish understands what is for it, and completes commands, options and names", (t) => {
  for (const program of programs) writeFileSync(join(folder, `${program.name}.fish`), fishCompletion(program));
  const said = programs.map(({ name }) => complaints("fish", join(folder, `${name}.fish`)));
  if (said.includes(undefined)) return t.skip("fish is not installed");
  assert.deepEqual(
    said,
    programs.map(() => ""),
  );
  const complete = (line: string): readonly string[] => {
    const home = { ...env, HOME: folder, XDG_CONFIG_HOME: join(folder, "config"), XDG_DATA_HOME: join(folder, "data") };
    const words = `source ${folder}/${line.split(" ")[0]}.fish; complete -C '${line}'`;
    const { stdout } = spawnSync("fish", ["--no-config", "-c", words], { encoding: "utf8", env: home, cwd: root });
    return stdout.split("\n").flatMap((one) => (one === "" ? [] : [one.split("\t")[0] ?? ""]));
  };
  assert.deepEqual(complete("pohmelfs mounts"), ["mountstats"]);
  assert.deepEqual(complete("pohmelfs status --ex"), ["--exit-code"]);
  assert.deepEqual([...complete("pohmelfs plan --host ")].sort(), ["host-147", "host-166", "host-75", "laptop"]);
  assert.deepEqual(complete("cfg -A sh"), ["show"]);
});
