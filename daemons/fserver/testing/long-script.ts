import { type Oid, ROOT_OID } from "../../core/brand.ts";
import { SET } from "../../wire/messages.ts";
import { type ChangeScript, scriptOf } from "./change-script.ts";
import type { StoreDriver } from "./store-driver.ts";

const ROUNDS = 3_000;

/** A generator of numbers below `bound` that always gives the same ones. */
function dice(): (bound: number) => number {
  let state = 12_345;
  return (bound) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * bound);
  };
}

/** Thousands of changes of few names, the same in every process. */
export const longScript = (): ChangeScript => scriptOf(play);

function play(d: StoreDriver): void {
  const roll = dice();
  const directories: Oid[] = [ROOT_OID, d.directory(ROOT_OID, "a"), d.directory(ROOT_OID, "b")];
  const place = (): [Oid, string] => [directories[roll(3)] as Oid, `name${roll(12)}`];
  for (let round = 0; round < ROUNDS; round += 1) {
    const [parent, name] = place();
    const found = d.at(parent, name);
    if (typeof found === "string") {
      d.create(parent, name, { mode: 0o100600 + roll(0o77) });
      continue;
    }
    const { oid, nlink } = found;
    const [toParent, toName] = place();
    const there = d.at(toParent, toName);
    const text = `${round} `.repeat(1 + roll(40));
    switch (roll(7)) {
      case 0:
        d.remove(parent, name, oid, { keep: roll(4) === 0 });
        break;
      case 1:
        if (typeof there === "string") d.rename([parent, name], [toParent, toName], oid);
        else d.rename([parent, name], [toParent, toName], oid, { replaced: there.oid, flags: 2 * roll(2) });
        break;
      case 2:
        // Never onto itself, which no client sends: it knows what the name means, and after a kill nobody could tell.
        if (nlink < 5 && (typeof there === "string" || there.oid !== oid)) d.link(oid, toParent, toName);
        break;
      case 3:
        d.set(oid, { set: SET.mode | SET.size | SET.checked, mode: 0o600 + roll(0o77), size: roll(500) });
        break;
      case 4:
        d.setXattr(oid, `user.${roll(3)}`, text, { flags: roll(3) });
        break;
      default:
        d.write(oid, roll(3_000), text);
    }
  }
}
