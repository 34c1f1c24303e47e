import { bytesText } from "../../core/quantity.ts";

/** `flush --json`; `version` is raised when a field changes its meaning or goes. */
export type FlushResult = {
  readonly version: 1;
  readonly ok: boolean;
  /** Whose version it was. */
  readonly server: string;
  readonly path: string;
  /** Objects that clients had to give back. */
  readonly objects: number;
  /** Of those, such that other servers had otherwise. */
  readonly changed: number;
  /** Objects that this server alone had. */
  readonly adopted: number;
  /** Objects that this server had no more. */
  readonly removed: number;
  /** Of content that was sent. */
  readonly bytes: number;
  /** What could not be taken over; paths are below the export. */
  readonly problems: readonly { readonly path: string; readonly because: string }[];
  /** What was written while it was copied: the server keeps it here. */
  readonly kept: readonly string[];
  /** Why it is not on the disks of all servers; empty when it is. */
  readonly because: string;
};

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`;

/** What people read: what was done, and what is wrong. */
export function flushLines(result: FlushResult): {
  readonly told: readonly string[];
  readonly wrong: readonly string[];
} {
  const { path, objects, changed, adopted, removed, bytes, server, problems, kept, because } = result;
  const parts = [
    `${counted(objects, "object")} given back by clients`,
    ...(changed > 0 ? [`${counted(changed, "object")} changed on other servers`] : []),
    ...(adopted > 0 ? [`${counted(adopted, "new object")} on all servers`] : []),
    ...(removed > 0 ? [`${counted(removed, "object")} removed everywhere`] : []),
    ...(bytes > 0 ? [`${bytesText(bytes)} sent`] : []),
  ];
  return {
    told: objects + removed > 0 ? [`${path}: as ${server} has it: ${parts.join(", ")}`] : [],
    wrong: [
      ...problems.map((one) => `${one.path}: ${one.because}`),
      ...kept.map((one) => `${one}: was changed while it was copied, and is kept`),
      ...(because === "" ? [] : [`${path}: not on the disks of all servers: ${because}`]),
    ],
  };
}
