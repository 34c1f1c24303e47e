import type { MemberReport } from "../../core/report.ts";
import type { Member } from "./member.ts";

/** What a member says of itself. */
export function reportOf({ options, store, counts, sessions }: Member): MemberReport {
  const { index, group, isLead } = options;
  const space = store.space();
  return {
    index,
    group,
    export: options.export,
    storeId: Buffer.from(store.storeId).toString("hex"),
    run: store.run,
    lead: isLead,
    bytesFree: space.ok ? space.value.blocksAvailable * space.value.blockSize : 0,
    bytesTotal: space.ok ? space.value.blocks * space.value.blockSize : 0,
    objects: store.count(),
    ...counts,
    sessions: sessions.map(({ client, host, at, connection }) => ({
      client,
      host,
      at,
      connected: connection !== undefined,
      applied: store.position(client) ?? 0,
    })),
  };
}
