/** What ours is held against: the best of some peers, or a number. */
export type Against =
  | { readonly kind: "peers"; readonly called: string; readonly of: readonly string[]; readonly factor: number }
  | { readonly kind: "limit"; readonly limit: number };

const peers =
  (called: string, of: readonly string[]) =>
  (factor: number): Against => ({
    kind: "peers",
    called,
    of,
    factor,
  });

/** `factor` × what the C passthrough needs. */
export const ofPassthrough = peers("passthrough", ["passthrough"]);
export const ofExt4 = peers("ext4", ["ext4"]);
export const ofSshfs = peers("sshfs", ["sshfs"]);
/** The best of those that have a network between. */
export const ofNetworked = peers("best networked", ["gluster", "moosefs", "sshfs"]);
/** The best of those that keep two copies. */
export const ofTwoCopies = peers("best with two copies", ["gluster", "moosefs"]);
export const atMost = (limit: number): Against => ({ kind: "limit", limit });

export type Verdict = {
  readonly bar: string;
  /** What ours may be at most, or must be at least; undefined when none of the peers was measured. */
  readonly limit: number | undefined;
  /** How many times ours is better than it must be; below 1: missed. */
  readonly margin: number | undefined;
};

/** @param measured By the name of the file system. */
export function judge(bar: Against, moreIsBetter: boolean, measured: ReadonlyMap<string, number>): Verdict {
  const text = bar.kind === "limit" ? String(bar.limit) : `${round(bar.factor)} × ${bar.called}`;
  const limit = bar.kind === "limit" ? bar.limit : bestOf(bar.of, moreIsBetter, measured, bar.factor);
  const ours = measured.get("ours");
  const margin = limit === undefined || ours === undefined ? undefined : moreIsBetter ? ours / limit : limit / ours;
  return { bar: `${moreIsBetter ? "≥" : "≤"} ${text}`, limit, margin };
}

function bestOf(
  names: readonly string[],
  moreIsBetter: boolean,
  measured: ReadonlyMap<string, number>,
  factor: number,
): number | undefined {
  const values = names.map((name) => measured.get(name)).filter((value) => value !== undefined);
  if (values.length === 0) return undefined;
  return factor * (moreIsBetter ? Math.max(...values) : Math.min(...values));
}

const round = (factor: number): string => String(Number(factor.toFixed(2)));
