import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { raceOf } from "../programs/race.ts";
import { temporaryDirectory } from "../support/temporary.ts";
import type { Places } from "./guarantee.ts";
import type { Sight } from "./sights.ts";

const PROGRAM = join(import.meta.dirname, "watch-process.ts");

/** What a process does: the first of the places changes, the others watch. */
export type Watching = {
  readonly task: "change" | "watch";
  readonly sight: Sight;
  readonly number: number;
  readonly dir: string;
  /** How many changes. */
  readonly count: number;
  /** A local file: see `Register`. */
  readonly register: string;
  /** Whether what was seen once must be seen from then on, though its call has not returned. */
  readonly onwards: boolean;
  /** Between bursts of changes. */
  readonly restMs: number;
};

/**
 * onwards: nor may what is seen be older than what the process saw before, so that a change is seen by all or by none
 * already while its call has not returned.
 */
export type SeesOptions = Partial<Pick<Watching, "onwards" | "restMs">>;

/** What a watcher found: how often it looked, and how many different numbers it saw. */
export type Watched = { readonly looks: number; readonly numbers: number };

/**
 * One process makes numbered changes on the first place, one after the other, and says of each when its call has
 * returned. A process on each of the other places looks all the time: what it sees must not be older than what had been
 * said before it looked.
 *
 * @returns How often the watchers looked, for people. @throws When one of them sees something older.
 */
export async function sees(
  sight: Sight,
  places: Places,
  count: number,
  { onwards = false, restMs = 3 }: SeesOptions = {},
): Promise<string> {
  using local = temporaryDirectory("register");
  mkdirSync(`${places[0]}/${sight}`, { recursive: true });
  const [, ...watchers] = await raceOf(
    PROGRAM,
    places.map((dir, number): Watching => {
      const task = number === 0 ? "change" : "watch";
      return { task, sight, number, dir: `${dir}/${sight}`, count, register: `${local.path}/said`, onwards, restMs };
    }),
  );
  const looks = (watchers as Watched[]).map(({ looks, numbers }) => `${looks} looks, ${numbers} states`);
  return `${count} changes: ${looks.join("; ")}`;
}
