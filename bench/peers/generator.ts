import { run } from "../../test/support/run.ts";

/**
 * What every program of a load begins with. `timed` measures in the program itself, so that the start of Python does not
 * count; a command's start does, the same for all file systems. What is printed last are the figures.
 */
const PRELUDE = `
import json, os, random, resource, sys, time
A = json.loads(sys.argv[1])
F = {}
def timed(name, work, *words):
    own = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    began = time.perf_counter()
    own_child = work(*words)
    F[name] = time.perf_counter() - began
    own = resource.getrusage(resource.RUSAGE_SELF).ru_utime - own + (own_child or 0)
    F[name + " own"] = own / F[name]
def command(*words):
    to = os.open("/dev/null", os.O_RDWR)
    actions = [(os.POSIX_SPAWN_DUP2, to, 0), (os.POSIX_SPAWN_DUP2, to, 1)]
    pid = os.posix_spawnp(words[0], words, os.environ, file_actions=actions)
    _, status, usage = os.wait4(pid, 0)
    os.close(to)
    code = os.waitstatus_to_exitcode(status)
    if code not in A.get("codes", [0]):
        raise SystemExit(" ".join(words) + " ended with %d" % code)
    return usage.ru_utime
`;

const LAST = `
print(json.dumps(F))
`;

const LIMIT_MS = 900_000;

/** Figures by name. For each that `timed` took in seconds, `NAME own` is the share of it that the load itself computed. */
export type Generated = ReadonlyMap<string, number>;

/**
 * Runs a load in a directory: one process of Python, which makes system calls with a microsecond of its own each.
 *
 * @param program Python that begins where the prelude ends: it reads `A` and fills `F` (by `timed`).
 * @param words What it finds in `A`; `codes` are exit codes of commands that are right, beside 0.
 * @throws When it fails.
 */
export async function generate(program: string, at: string, words: object = {}): Promise<Generated> {
  const command = ["python3", "-c", PRELUDE + program + LAST, JSON.stringify(words)] as const;
  const figures: unknown = JSON.parse(await run(command, { cwd: at, limitMs: LIMIT_MS }));
  return new Map(Object.entries(figures as Record<string, number>));
}
