import { append } from "./append.ts";
import { create } from "./create.ts";
import { memory } from "./memory.ts";
import { randomAccess } from "./random-access.ts";
import { save } from "./save.ts";
import { secondView } from "./second-view.ts";
import { sequential } from "./sequential.ts";
import { sqlite } from "./sqlite.ts";
import { untarFsync } from "./untar-fsync.ts";
import { untar } from "./untar.ts";
import { walks } from "./walk.ts";
import type { Workload } from "./workload.ts";

export const WORKLOADS: readonly Workload[] = [
  untar,
  untarFsync,
  create,
  save,
  ...walks,
  sequential,
  randomAccess,
  append,
  sqlite,
  secondView,
  memory,
];
