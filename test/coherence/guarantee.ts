/** One empty directory, by a path on each of three mounts of one group. */
export type Places = readonly [string, string, string];

/** Takes a figure that was measured, as a sentence. */
export type Tell = (figure: string) => void;

/**
 * What is guaranteed between mounts of one group. It throws when that does not hold, and leaves its work behind: the
 * trees of mounts and members are compared after.
 */
export type Guarantee = (places: Places, tell: Tell) => void | Promise<void>;

/** By name: a sentence, which docs/guarantees.md cites. */
export type Guarantees = Readonly<Record<string, Guarantee>>;
