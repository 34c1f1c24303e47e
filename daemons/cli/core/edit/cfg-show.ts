import { type Group, PERMISSION_NUMBER } from "../../../../config-schema/model.ts";

/** The original's columns, but for the width of the second: any IPv6 address has room, and all of it in a terminal. */
const WIDTHS = [10, 41, 7, 10] as const;

const row = (...cells: readonly string[]): string =>
  `${cells.map((cell, at) => cell.padEnd(WIDTHS[at] ?? 0)).join("")}`.trimEnd();

/** What the original's `cfg -A show` printed of a group, and two columns that it lacked. */
export function cfgShow(group: Group): string {
  const rows = group.members.map(({ server, priority, permissions }) =>
    row(
      server.address.includes(":") ? "AF_INET6" : "AF_INET",
      server.address,
      String(server.port),
      String(priority),
      `${PERMISSION_NUMBER[permissions]} ${permissions}`,
    ),
  );
  return [
    `Config Index = ${group.index}`,
    row("Family", "Server IP", "Port", "Priority", "Permissions"),
    ...rows,
    "",
  ].join("\n");
}
