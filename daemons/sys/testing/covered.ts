import { libc, type Libc } from "../libc.ts";

/**
 * The system calls, which remember whether they have been called: so a test of each row cannot be forgotten.
 *
 * @returns The table to call, and the names of those that were not.
 */
export function coveredLibc(): {
  readonly calls: Libc;
  readonly missing: (of: readonly string[]) => readonly string[];
} {
  const called = new Set<string>();
  const calls = new Proxy(libc, {
    get(target, name: keyof Libc & string) {
      called.add(name);
      return target[name];
    },
  });
  return { calls, missing: (of) => of.filter((name) => !called.has(name)) };
}
