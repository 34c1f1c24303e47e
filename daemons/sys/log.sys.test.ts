import assert from "node:assert/strict";
import { closeSync, fstatSync, openSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createLog, type LogOptions } from "./log.ts";
import { withScratch } from "./testing/scratch.ts";

/** Runs a log whose standard error is a file. @returns Its lines. */
function withStderr(
  options: Partial<LogOptions>,
  body: (log: ReturnType<typeof createLog>) => void,
): readonly string[] {
  let lines: string[] = [];
  withScratch(({ path }) => {
    const fd = openSync(join(path, "stderr"), "a+");
    const { dev, ino } = fstatSync(fd);
    const journalStream = options.journalStream?.replace("itself", `${dev}:${ino}`);
    body(createLog({ level: "info", fd, ...options, journalStream }));
    lines = readFileSync(join(path, "stderr"), "utf8").split("\n").slice(0, -1);
    closeSync(fd);
  });
  return lines;
}

test("an event is one line with time, level, text and fields, and those below the level are left out", () => {
  const lines = withStderr({}, (log) => {
    log.warning("a member is down", { server: "host-75", because: "no answer\nwithin 3 s", group: undefined });
    log.debug("unseen");
    log.child({ group: "pohtest" }).info("mounted", { at: "/opt/poh test", requests: 3, ro: false });
  });
  assert.equal(lines.length, 2);
  assert.match(
    lines[0] ?? "",
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z warning a member is down server=host-75 because="no answer\\u000awithin 3 s"$/,
  );
  assert.match(lines[1] ?? "", /Z info mounted group=pohtest at="\/opt\/poh test" requests=3 ro=false$/);
});

test("under systemd a line begins with its priority and has no time", () => {
  const lines = withStderr({ journalStream: "itself", level: "debug" }, (log) => {
    for (const level of ["error", "warning", "notice", "info", "debug"] as const) log[level]("said");
  });
  assert.deepEqual(lines, ["<3>said", "<4>said", "<5>said", "<6>said", "<7>said"]);
});

test("standard error that was redirected elsewhere is not taken for the journal", () => {
  const [line] = withStderr({ journalStream: "1:2" }, (log) => log.info("said"));
  assert.match(line ?? "", /Z info said$/);
});

test("a flood of one event is cut, and how much was cut is told", () => {
  const lines = withStderr({ journalStream: "itself" }, (log) => {
    for (let i = 0; i < 1000; i++) log.info("refused a connection", { address: "192.0.2.9" });
    log.info("something else");
    log.flush();
  });
  assert.equal(lines.length, 12);
  assert.equal(lines[10], "<6>something else");
  assert.equal(lines[11], "<6>refused a connection address=192.0.2.9 repeated=990");
});

test("a log file is opened anew after it was moved away", () => {
  withScratch(({ path }) => {
    const file = join(path, "log");
    const log = createLog({ level: "info", file });
    log.info("first");
    renameSync(file, `${file}.1`);
    log.info("second");
    log.reopen();
    log.info("third");
    assert.match(readFileSync(`${file}.1`, "utf8"), /first\n.*second\n$/);
    assert.match(readFileSync(file, "utf8"), /^[^\n]*third\n$/);
  });
});

test("a log goes on elsewhere, and at another level, and so do those made of it", () => {
  withScratch(({ path }) => {
    const [one, two] = [join(path, "one"), join(path, "two")];
    const lines = withStderr({ file: one, journalStream: "itself" }, (log) => {
      const child = log.child({ group: "g" });
      log.info("first");
      log.change({ level: "debug", file: two });
      child.debug("second");
      log.change({ level: "notice", file: undefined });
      child.info("unseen");
      log.notice("third");
    });
    assert.match(readFileSync(one, "utf8"), /^[^\n]*first\n$/);
    assert.match(readFileSync(two, "utf8"), /^[^\n]*debug second group=g\n$/);
    assert.deepEqual(lines, ["<5>third"]);
  });
});

test("a log file that cannot be opened leaves the log at standard error, which says so", () => {
  const lines = withStderr({ file: "/nonexistent/folder/log" }, (log) => log.info("goes on"));
  assert.equal(lines.length, 2);
  assert.match(lines[0] ?? "", /error cannot open the log file because="ENOENT: .*"$/);
  assert.match(lines[1] ?? "", /info goes on$/);
});

test("a log whose target is gone does not throw", () => {
  const log = createLog({ level: "info", fd: 1_000_000 });
  log.error("unheard");
});
