import type { Plan } from "../../../systemd/core/plan/plan-types.ts";
import { unitKind } from "../../../systemd/core/unit-kinds.ts";
import type { PlanWarning } from "../core/apply/plan-warning.ts";
import { showUnits } from "./systemctl.ts";
import { usersText, whoUses } from "./who-uses.ts";

/** Who works in a mount that a plan stops. */
export async function useWarnings({ actions }: Plan): Promise<PlanWarning[]> {
  const stopped = actions.filter(({ kind, unit }) => kind === "stop" && unitKind(unit) === "mount");
  const shown = await showUnits(
    stopped.map(({ unit }) => unit),
    ["Where"],
  );
  return [...(shown?.values() ?? [])].flatMap((one): PlanWarning[] => {
    const where = one.get("Where") ?? "";
    const users = where === "" ? [] : whoUses(where);
    if (users.length === 0) return [];
    return [
      {
        code: "mount-in-use",
        message: `${where} is unmounted, and is in use by ${usersText(users)}`,
        advice: "they keep what they have open, and see nothing else of it: end them first if that is not meant",
      },
    ];
  });
}
