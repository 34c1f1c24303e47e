/** A point in time as the kernel has it: whole seconds since 1970 (may be negative) and 0 to 999,999,999 nanoseconds. */
export type Time = { readonly sec: number; readonly nsec: number };

export const TIME_ZERO: Time = { sec: 0, nsec: 0 };

export const isSameTime = (a: Time, b: Time): boolean => a.sec === b.sec && a.nsec === b.nsec;
