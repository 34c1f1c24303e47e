import type { MountReport } from "../../core/report.ts";

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`;

/**
 * How a mount is, in one line for `systemctl status`.
 *
 * @param note What else an administrator should know; empty: nothing.
 */
export function statusLine({ members, unsent, stopped }: MountReport, note = ""): string {
  const active = members.filter((member) => member.active).length;
  const parts = [`${active} of ${counted(members.length, "member")} active`];
  if (unsent > 0) parts.push(`${counted(unsent, "change")} not on all of them yet`);
  if (stopped !== "") parts.push(`changes wait: ${stopped}`);
  if (note !== "") parts.push(note);
  return parts.join("; ");
}
