import { allPrograms } from "../manual/all-programs.ts";
import type { ProgramWords } from "../manual/program-words.ts";

/** Programs that people type; the others are called by mount(8) and systemd. */
const TYPED = ["pohmelfs", "cfg", "flush", "fserver"];

export const completedPrograms = (): readonly ProgramWords[] =>
  allPrograms().filter(({ name }) => TYPED.includes(name));
