import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Narrator } from "./narrator.ts";
import { DemoError, SERVERS, type Stage } from "./stage.ts";

/** Who does something: a server, or the client. */
type Where = (typeof SERVERS)[number] | "host-147";

/** What the steps are played with. */
export type Play = { readonly stage: Stage; readonly narrator: Narrator };

/** Runs a command on the stage, showing it and what it printed; its end with another code than 0 ends the demo. */
export function show(
  { stage, narrator }: Play,
  where: Where,
  shown: string,
  command: readonly [string, ...string[]],
): void {
  narrator.command(where, shown);
  const folder = where === "host-147" && stage.isMounted ? stage.mountPoint : stage.folder;
  const { status, output } = stage.run(command, folder);
  if (output !== "") narrator.output(output);
  if (status !== 0) throw new DemoError(`the command above ended with ${status}`);
}

const shell = (play: Play, where: Where, line: string): void => show(play, where, line, ["sh", "-c", line]);

/** What lies in both exports, as plain files. */
export function showServers({ stage, narrator }: Play): void {
  for (const name of SERVERS) {
    const line = "ls -l --time-style=+%H:%M:%S.%N";
    const { output } = stage.run(["sh", "-c", line], stage.exportOf(name));
    narrator.output(output, `on ${name}: ${line} /opt/pohtest`);
  }
}

export async function configure(play: Play): Promise<void> {
  const { stage, narrator } = play;
  narrator.step("One file says it all");
  narrator.remark(
    "No kernel to patch, no module to build. The same file lies on every machine; here all are this one,",
  );
  narrator.remark("so two servers have an address, a port and an export each.");
  const text = await stage.writeConfig();
  narrator.command("host-147", `cat ${stage.config}`);
  narrator.output(text);
  show(play, "host-147", `pohmelfs check ${stage.config}`, [stage.program("pohmelfs"), "check", stage.config]);
}

export async function startServers({ stage, narrator }: Play): Promise<void> {
  narrator.step("Two servers");
  for (const name of SERVERS) {
    narrator.command(name, `fserver --config ${stage.config} --name ${name} -l ${stage.logOf(name)} &`);
    await stage.startServer(name);
    narrator.output(readFileSync(stage.logOf(name), "utf8"), `tail ${stage.logOf(name)}`);
  }
}

export function mount(play: Play): void {
  const { stage, narrator } = play;
  narrator.step("One mount");
  narrator.remark(
    "The tutorial's own words still work; 'mount.pohmelfs pohtest DIR' does the same. No output means it worked.",
  );
  const options = `idx=1,config=${stage.config}`;
  show(play, "host-147", `mount.pohmelfs none ${stage.mountPoint} -o ${options}`, [
    stage.program("mount.pohmelfs"),
    "none",
    stage.mountPoint,
    "-o",
    options,
  ]);
  show(play, "host-147", "df -h /opt/pohtest", ["df", "-h", stage.mountPoint]);
}

export function lookAround(play: Play): void {
  const { stage, narrator } = play;
  narrator.step("Who is who");
  const config = ["--config", stage.config] as const;
  show(play, "host-147", "cfg -A show -i 1", [stage.program("cfg"), "-A", "show", "-i", "1", ...config]);
  narrator.remark("What 2009 had in /proc/1/mountstats, same columns; active is 1 where the connection is open:");
  show(play, "host-147", "pohmelfs mountstats", [stage.program("pohmelfs"), "mountstats", stage.mountPoint]);
  narrator.remark("And for people:");
  show(play, "host-147", "pohmelfs status", [stage.program("pohmelfs"), "status", ...config]);
}

export async function blend(play: Play): Promise<void> {
  const { narrator } = play;
  narrator.step("But will it blend?");
  shell(play, "host-147", "touch FILE");
  shell(play, "host-147", "ls -l --time-style=+%H:%M:%S.%N");
  showServers(play);
  narrator.remark("No lag, and one time on all three: in 2009 they were 16:46, 16:59 and 20:47.");
  // So that the next time differs for the eye as well.
  await sleep(20);
  shell(
    play,
    "host-147",
    "echo 'it does' > FILE && ln FILE same && ln -s FILE pointer && mkdir -m 2750 sub && chown nobody FILE",
  );
  showServers(play);
}

export function priorities(play: Play): void {
  const { stage, narrator } = play;
  narrator.step("Writes go to both, reads to the highest priority");
  shell(play, "host-147", "for n in 1 2 3 4 5; do cat FILE; done > /dev/null");
  narrator.command("host-147", "pohmelfs mountstats --json");
  const { output } = stage.run([stage.program("pohmelfs"), "mountstats", stage.mountPoint, "--json"]);
  type Counted = { server: string; priority: number; reads: number; changes: number };
  const [report] = (JSON.parse(output) as { mounts: { members: Counted[] }[] }).mounts;
  for (const { server, priority, reads, changes } of report?.members ?? []) {
    narrator.output(
      `${server.padEnd(9)} priority ${String(priority).padStart(2)}   ${reads} reads   ${changes} changes`,
    );
  }
}

/** Reads go on without a server; a write waits for it, and is not acknowledged before it is there. */
export async function loseServer(play: Play): Promise<void> {
  const { stage, narrator } = play;
  narrator.step("A server dies, and comes back");
  narrator.command("host-75", "kill -9 fserver");
  await stage.stopServer("host-75", "SIGKILL");
  narrator.remark("Reads go to the other one, the application notices nothing:");
  shell(play, "host-147", "cat FILE");
  narrator.remark(
    "A write is never acknowledged while a server lacks it: it waits (for half a minute, then it fails).",
  );
  narrator.command("host-147", "echo 'on both' >> FILE &");
  const writing = stage.start(["sh", "-c", "echo 'on both' >> FILE"], stage.mountPoint);
  await sleep(500);
  const config = ["--config", stage.config] as const;
  show(play, "host-147", "pohmelfs status", [stage.program("pohmelfs"), "status", ...config]);
  narrator.command("host-75", `fserver --config ${stage.config} --name host-75 -l ${stage.logOf("host-75")} &`);
  await stage.startServer("host-75");
  const code = await writing;
  if (code !== 0) throw new DemoError(`the write ended with ${code}`);
  narrator.remark("It is back, and the write is done, on both, once:");
  for (const name of SERVERS)
    narrator.output(readFileSync(`${stage.exportOf(name)}/FILE`, "utf8"), `on ${name}: cat /opt/pohtest/FILE`);
}

export function howNotTo(play: Play): void {
  const { stage, narrator } = play;
  narrator.step("How not to do it");
  narrator.remark("A file made in an export by hand, past the client:");
  show(play, "host-75", "touch /opt/pohtest/host75file", ["touch", `${stage.exportOf("host-75")}/host75file`]);
  shell(play, "host-147", "ls");
  narrator.remark(
    "As in 2009 the others do not see it. Unlike then it is not overwritten when a client takes the name:",
  );
  shell(play, "host-147", "touch host75file");
  showServers(play);
  narrator.remark("What was made by hand is put aside. Taking such changes in comes with a later version.");
  const aside = `${stage.exportOf("host-75")}/.pohmelfs/drift`;
  show(play, "host-75", "ls /opt/pohtest/.pohmelfs/drift", ["ls", aside]);
}
