import koffi from "koffi";

/** A user of the tests. The ids need no entry in passwd(5). */
export type User = { readonly uid: number; readonly gid: number; readonly groups: readonly number[] };

/** Each has ids of its own: nothing that remembers the groups of (process, uid, gid) can take one for another. */
export const ALICE: User = { uid: 65_101, gid: 65_201, groups: [65_201] };
export const BOB: User = { uid: 65_102, gid: 65_202, groups: [65_202] };
/** Belongs to Alice's group as a supplementary one. */
export const CAROL: User = { uid: 65_103, gid: 65_203, groups: [65_203, ALICE.gid] };

/** asm/unistd_64.h of x86, asm-generic/unistd.h. */
const NUMBERS = {
  x64: { setresuid: 117, setresgid: 119, setgroups: 116 },
  arm64: { setresuid: 147, setresgid: 149, setgroups: 159 },
} as const;

const syscall = koffi.load("libc.so.6").func("int64 syscall(int64, int64, int64, int64)");
const syscallGroups = koffi.load("libc.so.6").func("syscall", "int64", ["int64", "int64", "void *"]);

/**
 * Runs `body` with the effective ids, groups and (empty) capabilities of `user`, on this thread only: glibc's own
 * functions would change all threads of the process. Needs root. `body` must be synchronous.
 *
 * @see credentials(7), capabilities(7) "Effect of user ID changes on capabilities".
 */
export function asUser<T>(user: User, body: () => T): T {
  const numbers = process.arch === "arm64" ? NUMBERS.arm64 : NUMBERS.x64;
  const groups = user.groups;
  const before = process.getgroups?.() ?? [];
  must(syscallGroups(numbers.setgroups, groups.length, idsOf(groups)));
  must(syscall(numbers.setresgid, -1, user.gid, -1));
  must(syscall(numbers.setresuid, -1, user.uid, -1));
  try {
    return body();
  } finally {
    must(syscall(numbers.setresuid, -1, 0, -1));
    must(syscall(numbers.setresgid, -1, 0, -1));
    must(syscallGroups(numbers.setgroups, before.length, idsOf(before)));
  }
}

/** An array of gid_t. */
const idsOf = (groups: readonly number[]): Uint8Array => new Uint8Array(Uint32Array.from(groups).buffer);

function must(result: unknown): void {
  if (Number(result) !== 0) throw new Error(`the user could not be changed (errno ${koffi.errno()})`);
}
