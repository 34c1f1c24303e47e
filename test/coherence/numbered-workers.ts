import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { raceOf } from "../programs/race.ts";
import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "../support/cluster.ts";
import { waitUntil } from "../support/wait-until.ts";
import { stateOf, statesOf, stepsOf } from "./numbered-work.ts";
import { Register } from "./register.ts";
import { WORK_PROGRAM, type Working } from "./work-process.ts";

/** What a member showed of one worker's changes: those up to a number, and no others. */
export type Shown = {
  readonly member: string;
  readonly worker: number;
  readonly atLeast: number;
  readonly atMost: number;
};

/** No digest. */
const CHANGING = "changing";
const REST_MS = 300;

/**
 * A worker on each mount of a cluster, each in a directory of its own, making numbered changes one after the other: in
 * what a directory shows it can be seen up to which number they were made.
 */
export class NumberedWorkers implements Disposable {
  readonly #cluster: Cluster;
  readonly #workers: readonly Working[];
  readonly #states: readonly string[][];
  readonly #done: readonly Register[];
  readonly #synced: readonly Register[];

  /** @param count How many changes each worker makes. */
  constructor(cluster: Cluster, roots: readonly string[], count: number, seed = 1) {
    this.#cluster = cluster;
    const local = (name: string): string => `${cluster.directory}/${name}`;
    this.#workers = roots.map((root, number): Working => {
      const [done, synced] = [local(`done-${number}`), local(`synced-${number}`)];
      return { task: "work", number, dir: `${root}/work-${number}`, seed: seed + number, count, done, synced };
    });
    this.#states = this.#workers.map(({ seed: own }, number) => {
      mkdirSync(local(`states-${number}`));
      return statesOf(stepsOf(own, count), local(`states-${number}`));
    });
    this.#done = this.#workers.map(({ done }) => new Register(done));
    this.#synced = this.#workers.map(({ synced }) => new Register(synced));
  }

  /** Makes the directories, starts all. @returns How many changes each has made when the last has ended. */
  async run(): Promise<number[]> {
    for (const { dir } of this.#workers) mkdirSync(dir);
    return (await raceOf(WORK_PROGRAM, this.#workers)) as number[];
  }

  /** Changes whose calls have returned, for each worker. */
  get done(): number[] {
    return this.#done.map((register) => register.get());
  }

  /** Changes that had returned when fsync of the directory was called that returned last, for each worker. */
  get synced(): number[] {
    return this.#synced.map((register) => register.get());
  }

  /**
   * What the members' exports show now. Nothing may change them meanwhile.
   *
   * @throws When one of them shows what the directory of a worker never was.
   */
  shown(members = this.#cluster.servers): Shown[] {
    return this.#judged(members, this.#looks(members));
  }

  /** As {@link shown}, once the exports have looked the same for a moment: members may still have something to do. */
  async shownAtRest(): Promise<readonly Shown[]> {
    const members = this.#cluster.servers;
    let last: readonly string[] = [];
    const isAtRest = async (): Promise<boolean> => {
      const now = this.#looks(members);
      if (!now.includes(CHANGING) && now.join() === last.join()) return true;
      last = now;
      await sleep(REST_MS);
      return false;
    };
    await waitUntil("the members are at rest", isAtRest, 60_000);
    return this.#judged(members, last);
  }

  /** For each member, for each worker: a digest of its directory. */
  #looks(members: Cluster["servers"]): string[] {
    return members.flatMap((member) =>
      this.#workers.map(({ number }) => {
        try {
          return stateOf(`${member.export}/work-${number}`);
        } catch {
          return CHANGING; // something went while it was walked
        }
      }),
    );
  }

  #judged(members: Cluster["servers"], looks: readonly string[]): Shown[] {
    return members.flatMap((member, at) =>
      this.#workers.map(({ number }) => {
        const states = this.#states[number] ?? [];
        const state = looks[at * this.#workers.length + number] ?? CHANGING;
        const atLeast = states.indexOf(state);
        assert.notEqual(atLeast, -1, `worker ${number}: member ${member.name} shows what never was`);
        return { member: member.name, worker: number, atLeast, atMost: states.lastIndexOf(state) };
      }),
    );
  }

  [Symbol.dispose](): void {
    for (const register of [...this.#done, ...this.#synced]) register[Symbol.dispose]();
  }
}
