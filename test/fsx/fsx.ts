import assert from "node:assert/strict";
import * as fs from "node:fs";
import { seeded } from "../support/random.ts";
import { FileModel } from "./model.ts";
import { fdOf, STEPS, type Subject } from "./steps.ts";

export type FsxOptions = {
  readonly seed: number;
  readonly steps: number;
  readonly sizeMax?: number;
};

const KEPT = 40;

/**
 * Does random things to one file, seeded, and compares it with a model after each: after the idea of fsx, the "file
 * system exerciser" that Apple and others have used since the nineties. With several paths, names of one file on several
 * mounts, each step uses one of them, and all must show the same.
 *
 * @throws With the seed, the number of the step and the steps before it.
 */
export function exercise(paths: Subject["paths"], options: FsxOptions): void {
  fs.writeFileSync(paths[0], "");
  exerciseOn(paths, new Uint8Array(), options);
}

/**
 * {@link exercise} of a file that has something already.
 *
 * @returns What it has at the end.
 */
export function exerciseOn(
  paths: Subject["paths"],
  start: Uint8Array,
  { seed, steps, sizeMax = 262_144 }: FsxOptions,
): Buffer {
  const random = seeded(seed);
  const fds = paths.map((path) => fs.openSync(path, "r+"));
  const subject: Subject = { paths, turn: 0, model: new FileModel(sizeMax), sizeMax, random, fds };
  subject.model.write(0, start);
  const record: string[] = [];
  try {
    for (let number = 1; number <= steps; number++) {
      const step = random.pick(STEPS);
      subject.turn = random.below(paths.length);
      const place = paths.length > 1 ? ` on ${paths[subject.turn]}` : "";
      record.push(`${number}. ${step.name}${place}, failed`);
      record[record.length - 1] = `${number}. ${step(subject)}${place}`;
      assert.equal(fs.fstatSync(fdOf(subject)).size, subject.model.size, "size");
      if (record.length > KEPT) record.shift();
    }
    for (const path of paths) {
      const whole = fs.readFileSync(path);
      assert.equal(Buffer.compare(whole, subject.model.read(0, sizeMax)), 0, `${path} as a whole at the end`);
    }
    return Buffer.from(subject.model.read(0, sizeMax));
  } catch (error) {
    throw new Error(`seed ${seed}: ${(error as Error).message}\n${record.join("\n")}`, { cause: error });
  } finally {
    for (const fd of fds) fs.closeSync(fd);
  }
}
