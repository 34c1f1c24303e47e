import { run, type Operation, type Task } from "../operation.ts";

/** An operation that was started; `value` is there once it has ended. */
export type Started<T> = { readonly task: Task; readonly isDone: boolean; readonly value: T | undefined };

export function start<T>(operation: Operation<T>): Started<T> {
  const state: { isDone: boolean; value: T | undefined } = { isDone: false, value: undefined };
  const task = run(operation, (value) => {
    state.isDone = true;
    state.value = value;
  });
  return {
    task,
    get isDone() {
      return state.isDone;
    },
    get value() {
      return state.value;
    },
  };
}
