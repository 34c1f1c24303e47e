/**
 * One thing that POSIX or Linux promises of a directory tree. It gets an empty directory of its own (mode 0777, root's)
 * and throws when the promise is not kept. It runs as root, and may leave what it likes behind: the trees of the members
 * are compared after.
 */
export type Check = (dir: string) => void | Promise<void>;

/** By name: a sentence that says who does what when. */
export type Checks = Readonly<Record<string, Check>>;
