/** Whether the user has asked to stop, while something is done that should not end in the middle of a step. */
export type Interrupts = { readonly asked: () => boolean; readonly end: () => void };

/**
 * From now on ^C only asks to stop; a second one ends the program. Who loses the terminal has the apply go on: half of it
 * would be worse.
 */
export function watchInterrupts(say: (line: string) => void): Interrupts {
  let asked = false;
  const interrupt = (): void => {
    if (asked) process.exit(130);
    asked = true;
    say("stopping after this step; ^C again ends at once");
  };
  const ignore = (): void => {};
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  process.on("SIGHUP", ignore);
  const end = (): void => {
    process.removeListener("SIGINT", interrupt);
    process.removeListener("SIGTERM", interrupt);
    process.removeListener("SIGHUP", ignore);
  };
  return { asked: () => asked, end };
}
