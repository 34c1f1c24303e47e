import type { Architecture } from "./runtime.ts";

/** Which package is to be made. */
export type PackageOrder = {
  /** Of the source: the same for all profiles. */
  readonly source: "pohmelfs";
  readonly name: "pohmelfs" | "pohmelfs-slim";
  readonly format: "deb" | "rpm";
  /** Whether Node comes with it. */
  readonly hasRuntime: boolean;
  readonly version: string;
  readonly arch: Architecture;
  /** Seconds since 1970: the time of all that is in the package (https://reproducible-builds.org/specs/source-date-epoch). */
  readonly epoch: number;
};

/** What `--only` may say. */
export const KINDS = ["deb", "slim", "rpm"] as const;
export type Kind = (typeof KINDS)[number];

export function orderOf(kind: Kind, given: Pick<PackageOrder, "version" | "arch" | "epoch">): PackageOrder {
  const hasRuntime = kind !== "slim";
  return {
    source: "pohmelfs",
    name: hasRuntime ? "pohmelfs" : "pohmelfs-slim",
    format: kind === "rpm" ? "rpm" : "deb",
    hasRuntime,
    ...given,
  };
}
