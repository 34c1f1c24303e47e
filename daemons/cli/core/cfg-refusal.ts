/** What is known of a member from the words of the original's `cfg`. */
export type CfgWords = {
  readonly address: string | undefined;
  readonly port: string | undefined;
  readonly index: string | undefined;
  readonly priority: string | undefined;
  readonly permissions: string | undefined;
};

/** Actions of the original that changed what was in force, and how that is done now. */
const ACTIONS: Readonly<Record<string, string>> = {
  add: "add the server under 'servers' and to the group's 'members'",
  del: "take the server out of the group's 'members'",
  modify: "change the 'priority' or 'permissions' of the group's member",
  flush: "take the group out of 'groups'",
  crypto: "keys come with a later version",
};

const WORDS: Readonly<Record<string, string>> = { 1: "read-only", 2: "write-only", 3: "read-write" };

/**
 * Why an action of the original is refused, and what to do instead.
 *
 * @param path The configuration.
 * @returns Undefined when the action is none of the original's.
 */
export function cfgRefusal(action: string, path: string, words: CfgWords): string | undefined {
  const instead = ACTIONS[action];
  if (instead === undefined) return undefined;
  const first = `'${action}' is not done by command in this version: edit ${path} (${instead}), then unmount and mount again`;
  if (action !== "add" || words.address === undefined) return first;
  const port = words.port === undefined || words.port === "1025" ? "" : `, port: ${words.port}`;
  const fields = [
    ...(words.priority === undefined ? [] : [`priority: ${words.priority}`]),
    ...(words.permissions === undefined ? [] : [`permissions: ${WORDS[words.permissions] ?? words.permissions}`]),
  ].join(", ");
  return `${first}. For this server:
    servers:
      NAME: { address: "${words.address}"${port} }
    groups:
      GROUP:
        index: ${words.index ?? "1"}
        members:
          NAME: {${fields === "" ? "" : ` ${fields} `}}`;
}
