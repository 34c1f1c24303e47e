/** What of a server its status line tells, and changes while it runs. */
export type ServerState = {
  /** Mounts that have a session here, and are connected. */
  readonly mounts: number;
  /** Exports that answered with an error when they were last looked at, `PATH: ERRNO`. */
  readonly troubles: readonly string[];
};

export const FIRST_STATE: ServerState = { mounts: 0, troubles: [] };

export type Served = {
  readonly address: string;
  readonly port: number;
  readonly members: readonly { readonly group: string; readonly isLead: boolean }[];
  readonly witnessOf: readonly { readonly group: string }[];
};

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? "" : "s"}`;

/**
 * One line for `systemctl status`: what is served, to whom, and what is wrong.
 *
 * @param remarks About the configuration; empty when it is taken over.
 */
export function statusLine(served: Served, state: ServerState, remarks: readonly string[]): string {
  const { address, port, members, witnessOf } = served;
  const held = members.map(({ group, isLead }) => (isLead ? `${group} as lead` : group)).join(", ");
  const watched = witnessOf.map(({ group }) => group).join(", ");
  const what = [...(held === "" ? [] : [`serving ${held}`]), ...(watched === "" ? [] : [`witness of ${watched}`])];
  const at = address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
  const connected = members.length === 0 ? [] : [`${count(state.mounts, "mount")} connected`];
  return [`${what.join(", ")} at ${at}`, ...connected, ...state.troubles, ...remarks].join("; ");
}
