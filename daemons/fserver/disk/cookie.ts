/** 2^20: the high half of an offset below 2^52. */
const SMALL_HIGH = 2 ** 20;
const CUT = 2 ** 52;
const LOW_BITS = 11;

/**
 * Where to go on in a directory, as the wire has it: below 2^53.
 *
 * Most file systems count in small numbers. ext4 gives a hash of 63 bits, ordered; its lowest 11 bits are dropped then, so
 * that going on may show a name again whose hash is the same in the other 52, but never leaves one out.
 */
export const cookieOf = (nextHigh: number, nextLow: number): number =>
  nextHigh >= 0 && nextHigh < SMALL_HIGH
    ? nextHigh * 2 ** 32 + nextLow
    : CUT + (nextHigh >>> 0) * 2 ** (32 - LOW_BITS) + (nextLow >>> LOW_BITS);

/** What lseek(2) takes for a cookie: exact in a double, since the dropped bits are zero. */
export const offsetOf = (cookie: number): number => (cookie < CUT ? cookie : (cookie - CUT) * 2 ** LOW_BITS);
