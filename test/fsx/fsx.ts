import assert from "node:assert/strict";
import * as fs from "node:fs";
import { seeded } from "../support/random.ts";
import { FileModel } from "./model.ts";
import { STEPS, type Subject } from "./steps.ts";

export type FsxOptions = { readonly seed: number; readonly steps: number; readonly sizeMax?: number };

const KEPT = 40;

/**
 * Does random things to one file, seeded, and compares it with a model after each: after the idea of fsx, the "file
 * system exerciser" that Apple and others have used since the nineties.
 *
 * @throws With the seed, the number of the step and the steps before it.
 */
export function exercise(path: string, { seed, steps, sizeMax = 262_144 }: FsxOptions): void {
  const random = seeded(seed);
  const subject: Subject = { path, model: new FileModel(sizeMax), sizeMax, random, fd: fs.openSync(path, "w+") };
  const record: string[] = [];
  try {
    for (let number = 1; number <= steps; number++) {
      const step = random.pick(STEPS);
      record.push(`${number}. ${step.name}, failed`);
      record[record.length - 1] = `${number}. ${step(subject)}`;
      assert.equal(fs.fstatSync(subject.fd).size, subject.model.size, "size");
      if (record.length > KEPT) record.shift();
    }
    const whole = fs.readFileSync(path);
    assert.equal(Buffer.compare(whole, subject.model.read(0, sizeMax)), 0, "the whole file at the end");
  } catch (error) {
    throw new Error(`seed ${seed}: ${(error as Error).message}\n${record.join("\n")}`, { cause: error });
  } finally {
    fs.closeSync(subject.fd);
  }
}
