import type { Group, Model } from "../../../../config-schema/model.ts";

/** What a plan warns of: nothing is wrong with the file, but something may not be as it is meant. */
export type PlanWarning = {
  /** Stable word for the kind. */
  readonly code: string;
  /** What it is, in a sentence without full stop. */
  readonly message: string;
  /** What to do about it, likewise. */
  readonly advice: string;
};

/** What can be warned of whatever the host. */
export function warningsOfModel({ groups }: Model, host: string): PlanWarning[] {
  const concerns = ({ members }: Group): boolean => members.some(({ server }) => server.host === host);
  return groups.filter(concerns).flatMap(({ name, members, witnesses }): PlanWarning[] => {
    const hosts = new Set(members.map(({ server }) => server.host));
    if (members.length !== 2 || witnesses.length > 0) return [];
    if (hosts.size === 1)
      return [
        {
          code: "one-host",
          message: `both members of group '${name}' are on host '${host}': when it is away, so are both copies`,
          advice: "have one of them on another host",
        },
      ];
    return [
      {
        code: "no-witness",
        message: `group '${name}' has two members and no witness: when they lose each other, nobody can tell who goes on`,
        advice: `name a server of a third host under groups.${name}.witnesses`,
      },
    ];
  });
}
