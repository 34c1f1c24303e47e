import type { MountReport } from "../../core/report.ts";

/** connect(2): an IPv6 address is put into brackets, so that its end is told from the port. */
export const endpoint = (address: string, port: number): string =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;

/** socket(2), ip(7): SOCK_STREAM and IPPROTO_TCP. All that the original could show here; all that there is now. */
const SOCK_STREAM = 1;
const IPPROTO_TCP = 6;

/**
 * What the original had in /proc/PID/mountstats: three kinds of lines, seven columns, one space between them.
 *
 * @param device First column of the table of mounts.
 */
export function mountstats(device: string, report: MountReport): string {
  const rows = report.members.map(({ address, port, active, priority, permissions }) =>
    [report.index, endpoint(address, port), SOCK_STREAM, IPPROTO_TCP, active ? 1 : 0, priority, permissions].join(" "),
  );
  return [
    `device ${device} mounted on ${report.at} with fstype pohmelfs`,
    "idx addr(:port) socket_type protocol active priority permissions",
    ...rows,
    "",
  ].join("\n");
}
