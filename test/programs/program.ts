/**
 * What a real program does with a directory, and whether the outcome is right by the program's own judgement. It gets an
 * empty directory of its own (mode 0777, root's), throws when something is wrong, and leaves its work behind: the trees
 * of the members are compared after.
 */
export type Program = {
  /** Programs that must be installed; else the test is skipped. */
  readonly needs?: readonly string[];
  readonly run: (dir: string) => Promise<void>;
};

/** By name: a sentence. */
export type Programs = Readonly<Record<string, Program>>;

/** The same between two paths of one directory, each on a mount of its own. */
export type PairProgram = {
  readonly needs?: readonly string[];
  readonly run: (a: string, b: string) => Promise<void>;
};
export type PairPrograms = Readonly<Record<string, PairProgram>>;
