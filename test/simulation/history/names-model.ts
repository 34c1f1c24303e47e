import type { NameOp } from "./calls.ts";
import type { Model } from "./linearize.ts";

/** Names that mean something, and what. A negative number stands for an object that nobody was told the number of. */
type Names = ReadonlyMap<string, number>;
type Tree = { readonly names: Names; readonly born: ReadonlySet<number> };

const ROOT = 1;
const NOREPLACE = 1;
const EXCHANGE = 2;

const within = (at: string): string => `in ${at.slice(0, at.indexOf("/"))}`;

/** The names of a tree. What is made with O_EXCL is new; without, it is new once. */
export function namesModel(directories: ReadonlySet<number>): Model<Tree, NameOp> {
  const isDirectory = (oid: number | undefined): boolean => oid !== undefined && directories.has(oid);
  /** Nothing is made in a directory that was removed. */
  const isThere = (names: Names, at: string): boolean => {
    const directory = Number(at.slice(0, at.indexOf("/")));
    return directory === ROOT || [...names.values()].includes(directory);
  };
  const isEmpty = (names: Names, oid: number): boolean => ![...names.keys()].some((at) => at.startsWith(`${oid}/`));
  return {
    initial: { names: new Map(), born: new Set() },
    key: ({ names, born }) => `${[...names].sort().join(" ")}|${[...born].join()}`,
    keys: (op) => {
      switch (op.kind) {
        case "means":
        case "exists":
          return [op.at];
        case "make":
          // In a directory that must be there; perhaps one itself.
          if (op.directory) return op.oid < 0 ? undefined : [op.at, within(op.at), `in ${op.oid}`];
          return [op.at, within(op.at)];
        case "link":
          return [op.at, within(op.at)];
        case "rename":
          return [op.from, op.to, within(op.to)];
        case "remove":
          return op.directory ? undefined : [op.at];
        case "links":
        case "notEmpty":
          return undefined;
      }
    },
    isRead: ({ kind }) => kind === "means" || kind === "exists" || kind === "links" || kind === "notEmpty",
    step(tree, op) {
      const { names, born } = tree;
      switch (op.kind) {
        case "means":
          return seen(tree, op.at, op.oid);
        case "exists":
          return names.has(op.at) ? tree : undefined;
        case "make":
          return isThere(names, op.at) ? made(tree, op) : undefined;
        case "remove": {
          const there = names.get(op.at);
          if (there === undefined || (op.directory && !isEmpty(names, there))) return undefined;
          return { names: changed(names, [[op.at, undefined]]), born };
        }
        case "rename": {
          const [from, to] = [names.get(op.from), names.get(op.to)];
          if (from === undefined || (op.flags === NOREPLACE && to !== undefined)) return undefined;
          if (op.flags === EXCHANGE) {
            return to === undefined
              ? undefined
              : {
                  names: changed(names, [
                    [op.from, to],
                    [op.to, from],
                  ]),
                  born,
                };
          }
          if (from === to) return tree;
          if (!isThere(names, op.to)) return undefined;
          if (to !== undefined && isDirectory(to) && !isEmpty(names, to)) return undefined;
          return {
            names: changed(names, [
              [op.from, undefined],
              [op.to, from],
            ]),
            born,
          };
        }
        case "link":
          if (names.has(op.at) || !isThere(names, op.at)) return undefined;
          return { names: changed(names, [[op.at, op.oid]]), born };
        case "links":
          return [...names.values()].filter((oid) => oid === op.oid).length === op.count ? tree : undefined;
        case "notEmpty": {
          const there = names.get(op.at);
          return there !== undefined && !isEmpty(names, there) ? tree : undefined;
        }
      }
    },
  };
}

function changed(names: Names, changes: readonly (readonly [string, number | undefined])[]): Names {
  const after = new Map(names);
  for (const [at, oid] of changes) {
    if (oid === undefined) after.delete(at);
    else after.set(at, oid);
  }
  return after;
}

/** Whoever sees an object that was made without a word knows its number from then on. */
function seen(tree: Tree, at: string, oid: number): Tree | undefined {
  const there = tree.names.get(at) ?? 0;
  if (there === oid) return tree;
  if (there >= 0 || oid === 0 || tree.born.has(oid)) return undefined;
  const names = new Map([...tree.names].map(([name, one]) => [name, one === there ? oid : one]));
  return { names, born: new Set(tree.born).add(oid) };
}

function made({ names, born }: Tree, { at, oid, exclusive }: Extract<NameOp, { kind: "make" }>): Tree | undefined {
  const there = names.get(at);
  if (there !== undefined && exclusive) return undefined;
  if (there !== undefined) return oid < 0 ? { names, born } : seen({ names, born }, at, oid);
  if (born.has(oid)) return undefined;
  return { names: changed(names, [[at, oid]]), born: oid < 0 ? born : new Set(born).add(oid) };
}
