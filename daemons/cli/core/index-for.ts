import type { Model } from "../../../config-schema/model.ts";

/** @returns The index of a group for which a server answers: one that it holds or watches. */
export const indexFor = ({ groups }: Model, server: string): number | undefined =>
  groups.find(({ members, witnesses }) => {
    return members.some((member) => member.server.name === server) || witnesses.includes(server);
  })?.index;
