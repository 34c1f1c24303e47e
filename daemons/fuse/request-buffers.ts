import { type Memory, memoryOf } from "./core/memory.ts";
import { addressOf } from "../sys/memory.ts";

/** Memory that system calls are given by its address. */
export type SystemMemory = Memory & { readonly address: number };

/** Memory outside of V8's movable heap. */
export function systemMemory(bytes: number): SystemMemory {
  const memory = memoryOf(Buffer.allocUnsafeSlow(bytes));
  return { ...memory, address: addressOf(memory.bytes) };
}

/**
 * The buffers that requests are read into: one in use, others kept by whoever still needs the data of a WRITE.
 *
 * Memory for a buffer is touched as far as requests fill it only, and those that come back are used again.
 */
export class RequestBuffers {
  #current: SystemMemory;
  readonly #free: SystemMemory[] = [];
  #kept = 0;

  /**
   * @param bytes Of each.
   * @param keptMost How many may be kept at once.
   */
  constructor(
    readonly bytes: number,
    readonly keptMost: number,
  ) {
    this.#current = systemMemory(bytes);
  }

  get current(): SystemMemory {
    return this.#current;
  }

  /** Sets the current buffer aside. @returns How to give it back; undefined when as many as may be are kept. */
  keep(): (() => void) | undefined {
    if (this.#kept === this.keptMost) return undefined;
    const memory = this.#current;
    this.#current = this.#free.pop() ?? systemMemory(this.bytes);
    this.#kept += 1;
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.#kept -= 1;
      this.#free.push(memory);
    };
  }
}
