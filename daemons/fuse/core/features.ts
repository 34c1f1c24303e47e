/**
 * What INIT negotiates: the FUSE_* flags of linux/fuse.h. Bits from 32 on travel in `flags2` and count only with
 * `initExt`. `since` is the protocol's minor version; the table of kernels is in the README of this folder.
 */
export const FEATURES = {
  asyncRead: { bit: 0, since: 6 },
  posixLocks: { bit: 1, since: 7 },
  fileOps: { bit: 2, since: 9 },
  atomicOpenTruncate: { bit: 3, since: 9 },
  exportSupport: { bit: 4, since: 10 },
  bigWrites: { bit: 5, since: 9 },
  dontMask: { bit: 6, since: 12 },
  spliceWrite: { bit: 7, since: 20 },
  spliceMove: { bit: 8, since: 20 },
  spliceRead: { bit: 9, since: 20 },
  flockLocks: { bit: 10, since: 17 },
  ioctlDirectory: { bit: 11, since: 18 },
  autoInvalidateData: { bit: 12, since: 20 },
  readdirPlus: { bit: 13, since: 21 },
  readdirPlusAuto: { bit: 14, since: 21 },
  asyncDirectIo: { bit: 15, since: 22 },
  writebackCache: { bit: 16, since: 23 },
  noOpenSupport: { bit: 17, since: 23 },
  parallelDirectoryOperations: { bit: 18, since: 25 },
  handleKillPrivileges: { bit: 19, since: 26 },
  posixAcl: { bit: 20, since: 26 },
  abortError: { bit: 21, since: 27 },
  maxPages: { bit: 22, since: 28 },
  cacheSymlinks: { bit: 23, since: 28 },
  noOpendirSupport: { bit: 24, since: 29 },
  explicitInvalidateData: { bit: 25, since: 30 },
  mapAlignment: { bit: 26, since: 31 },
  submounts: { bit: 27, since: 32 },
  handleKillPrivilegesV2: { bit: 28, since: 33 },
  setxattrExt: { bit: 29, since: 33 },
  initExt: { bit: 30, since: 36 },
  securityContext: { bit: 32, since: 36 },
  inodeDax: { bit: 33, since: 36 },
  createSuppGroup: { bit: 34, since: 38 },
  expireOnly: { bit: 35, since: 38 },
  directIoAllowMmap: { bit: 36, since: 39 },
  passthrough: { bit: 37, since: 40 },
  noExportSupport: { bit: 38, since: 40 },
  resend: { bit: 39, since: 40 },
  allowIdmap: { bit: 40, since: 41 },
  overIoUring: { bit: 41, since: 42 },
  requestTimeout: { bit: 42, since: 43 },
} as const;

export type Feature = keyof typeof FEATURES;

/** @returns The two words of INIT: bits 0 to 31, and 32 to 63. */
export function featureBits(features: Iterable<Feature>): { readonly flags: number; readonly flags2: number } {
  let flags = 0;
  let flags2 = 0;
  for (const feature of features) {
    const { bit } = FEATURES[feature];
    if (bit < 32) flags |= 1 << bit;
    else flags2 |= 1 << (bit - 32);
  }
  return { flags: flags >>> 0, flags2: flags2 >>> 0 };
}

/** @returns The known features among the bits; bits that have no name here are passed over, as none asks for them. */
export function featuresIn(flags: number, flags2: number): ReadonlySet<Feature> {
  const found = new Set<Feature>();
  for (const feature of Object.keys(FEATURES) as Feature[]) {
    const { bit } = FEATURES[feature];
    if (bit < 32 ? (flags >>> bit) & 1 : (flags2 >>> (bit - 32)) & 1) found.add(feature);
  }
  return found;
}
