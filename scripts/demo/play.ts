import { readFileSync } from "node:fs";
import { copyTree } from "./copy-tree.ts";
import { createNarrator, type Narrator } from "./narrator.ts";
import { DemoError, SERVERS, Stage } from "./stage.ts";
import {
  blend,
  configure,
  howNotTo,
  loseServer,
  lookAround,
  mount,
  priorities,
  type Play,
  show,
  startServers,
} from "./tutorial.ts";

function unmount(play: Play): void {
  const { stage, narrator } = play;
  narrator.step("The end");
  narrator.remark("The mount goes on in the background until every server has every change.");
  show(play, "host-147", "umount /opt/pohtest", ["sh", "-c", `cd / && exec umount "$0"`, stage.mountPoint]);
  for (const name of SERVERS) {
    narrator.output(
      readFileSync(stage.logOf(name), "utf8").trimEnd().split("\n").slice(-3).join("\n"),
      `tail ${stage.logOf(name)}`,
    );
  }
}

function howToGoOn({ stage, narrator }: Play): void {
  narrator.step("It is left running");
  narrator.output(
    [
      `the mount        ${stage.mountPoint}`,
      ...SERVERS.map((name) => `${name.padEnd(17)}${stage.exportOf(name)}`),
      `configuration    ${stage.config}`,
      `logs             ${SERVERS.map((name) => stage.logOf(name)).join(" ")}`,
      "",
      "Look at it:",
      `  dist/pohmelfs status --config ${stage.config}`,
      `  dist/pohmelfs mountstats`,
      "",
      "Stop it and take it away:",
      `  umount ${stage.mountPoint} && kill ${SERVERS.map((name) => stage.pidOf(name)).join(" ")} && rm -r ${stage.folder}`,
    ].join("\n"),
  );
}

/** @returns Resolves with the exit code for the signal, when one comes; a second one ends the process as usual. */
function signalled(): Promise<number> {
  return new Promise((settle) => {
    process.once("SIGINT", () => settle(130));
    process.once("SIGTERM", () => settle(143));
    process.once("SIGHUP", () => settle(129));
  });
}

async function steps(play: Play, root: string, keep: boolean, isOver: () => boolean): Promise<void> {
  const all = [
    () => configure(play),
    () => startServers(play),
    () => mount(play),
    () => lookAround(play),
    () => blend(play),
    () => priorities(play),
    () => loseServer(play),
    () => howNotTo(play),
    () => copyTree(play, root),
    () => (keep ? howToGoOn(play) : unmount(play)),
  ];
  for (const step of all) {
    if (isOver()) return;
    await step();
    // A signal is seen between steps only: most of them wait for a program without turning the event loop.
    await new Promise((settle) => setImmediate(settle));
  }
}

function report(narrator: Narrator, error: unknown): void {
  narrator.bad(
    error instanceof DemoError ? error.message : `a bug: ${error instanceof Error ? error.stack : String(error)}`,
  );
}

/**
 * Plays the demo.
 *
 * @param root The project.
 * @param keep Leave everything running at the end.
 * @returns The exit code.
 */
export async function play(root: string, keep: boolean): Promise<number> {
  const narrator = createNarrator();
  const stage = new Stage(root);
  let code = 0;
  let over = false;
  const interrupted = signalled().then((of) => {
    over = true;
    code = of;
  });
  try {
    await Promise.race([steps({ stage, narrator }, root, keep, () => over), interrupted]);
  } catch (error) {
    // A program that was hit by the same Ctrl-C fails, and is not what went wrong.
    await new Promise((settle) => setImmediate(settle));
    if (!over) report(narrator, error);
    if (!over) code = 1;
  }
  if (keep && code === 0) return code;
  try {
    await stage.clear();
  } catch (error) {
    report(narrator, error);
    return code === 0 ? 1 : code;
  }
  if (code === 0) {
    narrator.remark("Everything is taken away again. 'npm run demo -- --keep' leaves it running for you to play with.");
    narrator.remark("The README says how to use it on your machines.");
  }
  return code;
}
