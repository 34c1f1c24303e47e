/** Writes changes to a kept state until it is killed: four are under way at any time. */
import { clientId, oid, sequence, version } from "../../core/brand.ts";
import { KeptStateFile } from "../kept-file.ts";
import { openSlotFile } from "../slot-file.ts";

const opened = openSlotFile(process.argv[2] ?? "");
if (!opened.ok) throw new Error(opened.because);
const kept = new KeptStateFile(opened.value.file, opened.value.records, (because) => {
  throw new Error(because);
});
kept.session({ client: clientId(7), run: 1, known: [] });
const UNDER_WAY = 4;

for (let seq = 1; ; seq += 1) {
  if (seq > UNDER_WAY) kept.settled(sequence(seq - UNDER_WAY), { errno: 0, count: 0 });
  if (seq > UNDER_WAY) kept.durable(seq - UNDER_WAY);
  const touches = [{ oid: oid(5), version: version(seq) }];
  const origin = {
    seq: sequence(seq),
    settled: sequence(0),
    time: { sec: 0, nsec: 0 },
    caller: { uid: 0, gid: 0, groups: [] },
    touches,
  };
  const data = Buffer.alloc((seq * 7_919) % 300_000, seq % 251);
  kept.changing({
    change: { kind: "write", origin, oid: oid(5), offset: 0, killPrivileges: 0, data },
    unique: 0,
    under: [oid(5)],
    outcome: undefined,
    isDurable: false,
  });
  if (seq === UNDER_WAY) process.stdout.write("begun\n");
}
