import koffi from "koffi";
import { ERRNO } from "../core/errno.ts";

/** C types as koffi names them. A pointer takes an address or a Uint8Array. */
export const INT = "int";
export const U32 = "uint32";
export const I64 = "int64";
export const SIZE = "size_t";
export const PTR = "void *";
export type CType = typeof INT | typeof U32 | typeof I64 | typeof SIZE | typeof PTR;

/** Numbers of system calls that glibc wraps not at all, too lately, or in a way that we must not use. */
const NUMBERS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  // linux arch/x86/entry/syscalls/syscall_64.tbl
  x64: {
    faccessat2: 439,
    getdents64: 217,
    getgroups: 115,
    gettid: 186,
    mknodat: 259,
    openat2: 437,
    setfsgid: 123,
    setfsuid: 122,
    setgroups: 116,
  },
  // linux include/uapi/asm-generic/unistd.h
  arm64: {
    faccessat2: 439,
    getdents64: 61,
    getgroups: 158,
    gettid: 178,
    mknodat: 33,
    openat2: 437,
    setfsgid: 152,
    setfsuid: 151,
    setgroups: 159,
  },
};

/** One system call: how C declares it. `raw` rows go through syscall(2) by number, past glibc. */
export type Row = { readonly result: CType; readonly parameters: readonly CType[]; readonly raw: boolean };
export type Rows<Calls> = { readonly [Name in keyof Calls]: Row };

/** A function of the C library. */
export const row = (result: CType, ...parameters: CType[]): Row => ({ result, parameters, raw: false });
/** A system call by its number; it concerns the calling thread only where glibc would tell all threads. */
export const raw = (...parameters: CType[]): Row => ({ result: I64, parameters, raw: true });

type Native = (...values: unknown[]) => number;

const refused: Native = () => -ERRNO.ENOSYS.number;
/** koffi.errno() must come right after the call: nothing else of this thread's may run between. */
const failed = (): number => -koffi.errno();

/** One closure per arity: rest parameters would make an array for each call. */
function negateErrno(call: Native, arity: number): Native {
  switch (arity) {
    case 0:
      return () => {
        const result = call();
        return result < 0 ? failed() : result;
      };
    case 1:
      return (a) => {
        const result = call(a);
        return result < 0 ? failed() : result;
      };
    case 2:
      return (a, b) => {
        const result = call(a, b);
        return result < 0 ? failed() : result;
      };
    case 3:
      return (a, b, c) => {
        const result = call(a, b, c);
        return result < 0 ? failed() : result;
      };
    case 4:
      return (a, b, c, d) => {
        const result = call(a, b, c, d);
        return result < 0 ? failed() : result;
      };
    case 5:
      return (a, b, c, d, e) => {
        const result = call(a, b, c, d, e);
        return result < 0 ? failed() : result;
      };
    default:
      return (a, b, c, d, e, f) => {
        const result = call(a, b, c, d, e, f);
        return result < 0 ? failed() : result;
      };
  }
}

/** syscall(2) with the number filled in; what a shorter call does not pass is not looked at by the kernel. */
function byNumber(name: string, { parameters }: Row): Native {
  const number = NUMBERS[process.arch]?.[name];
  if (number === undefined) return refused;
  const call: Native = koffi.load(null).func("syscall", I64, [I64, ...parameters]);
  switch (parameters.length) {
    case 0:
      return () => call(number);
    case 1:
      return (a) => call(number, a);
    case 2:
      return (a, b) => call(number, a, b);
    case 3:
      return (a, b, c) => call(number, a, b, c);
    default:
      return (a, b, c, d) => call(number, a, b, c, d);
  }
}

/**
 * Makes a row callable.
 *
 * @returns A function that gives what the call gives, or -errno. Where this machine's C library or architecture lacks
 * the call it gives -ENOSYS, so that its caller does what it does on an old kernel.
 */
export function bind(name: string, declared: Row): Native {
  if (declared.raw) return negateErrno(byNumber(name, declared), declared.parameters.length);
  try {
    const call: Native = koffi.load(null).func(name, declared.result, [...declared.parameters]);
    return negateErrno(call, declared.parameters.length);
  } catch {
    return refused;
  }
}
