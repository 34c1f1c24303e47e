/** What happens to a group while applications work. Spans are of virtual milliseconds. */
import type { SimMember } from "./sim-member.ts";
import type { World } from "./world.ts";

/** Connections break, one after the other. */
export function cutConnections(world: World, times = 6): void {
  for (let count = 0; count < times; count += 1) {
    world.pass(world.random.below(300));
    world.random.pick(world.clients).cut(world.random.below(world.members.length));
  }
}

/** Members crash, and start again soon. */
export function crashMembers(world: World, times = 3): void {
  for (let count = 0; count < times; count += 1) {
    world.pass(world.random.below(400));
    crash(world, world.random.pick(world.members), world.random.below(3_000));
  }
}

export function crash(world: World, member: SimMember, ms: number): void {
  member.crash();
  world.pass(ms);
  member.start();
}
