import type { ServerPlan } from "./server-plan.ts";

/**
 * What keeps a running server from taking over a new configuration: that is taken over as a whole, or not at all.
 * It tells in words what `serverEffect(…).restart` of config-schema tells in a digest.
 *
 * @returns In words, for people; empty when it can.
 */
export function restartReasons(now: ServerPlan, next: ServerPlan): readonly string[] {
  if (now.file === undefined || next.file === undefined || now.file.effect.restart === next.file.effect.restart)
    return [];
  const parts: readonly (readonly [string, (plan: ServerPlan) => unknown])[] = [
    ["the address", ({ address, port }) => [address, port]],
    ["the groups that it holds", ({ members }) => members.map(({ group, index }) => [group, index])],
    ["an export", ({ members }) => members.map((member) => [member.group, member.export])],
    ["the lead of a group", ({ members }) => members.map(({ group, lead }) => [group, lead])],
    ["the groups of which it is a witness", ({ witnessOf }) => witnessOf],
    ["the number of workers", ({ workers }) => workers],
  ];
  const different = parts.filter(([, of]) => JSON.stringify(of(now)) !== JSON.stringify(of(next)));
  return different.length === 0 ? ["what it serves"] : different.map(([words]) => words);
}
