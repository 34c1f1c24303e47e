/** What is going on, on a terminal one line that is written over; results, one line each, stay. */
export type Progress = {
  /** What is being done now; nothing off a terminal. */
  readonly now: (text: string) => void;
  /** One line for what is done. Further lines, if there are, say why it was not. */
  readonly line: (text: string) => void;
  readonly end: () => void;
};

const COLUMNS_MAX = 79;
const CLEAR = "\r\u001b[K";

/** @param quiet Nothing is shown: the result is told as a whole. */
export function openProgress(quiet: boolean): Progress {
  if (quiet) return { now: () => {}, line: () => {}, end: () => {} };
  const isTerminal = process.stderr.isTTY === true && process.stdout.isTTY === true;
  let shown = false;
  const clear = (): void => {
    if (shown) process.stderr.write(CLEAR);
    shown = false;
  };
  return {
    now: (text) => {
      if (!isTerminal) return;
      process.stderr.write(`${CLEAR}${text.slice(0, COLUMNS_MAX)}`);
      shown = true;
    },
    line: (text) => {
      clear();
      process.stdout.write(`${text}\n`);
    },
    end: clear,
  };
}
