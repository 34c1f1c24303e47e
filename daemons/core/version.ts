/** Put in by the build from package.json; absent when the sources run by themselves. */
declare const POHMELFS_VERSION: string | undefined;

/** The version of this software, e.g. `0.1.0`. */
export const VERSION: string = typeof POHMELFS_VERSION === "string" ? POHMELFS_VERSION : "0.0.0-source";
