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

/** Hosts of members lose power, and are back soon. */
export function losePower(world: World, times = 3): void {
  for (let count = 0; count < times; count += 1) {
    world.pass(world.random.below(400));
    const member = world.random.pick(world.members);
    member.losePower();
    world.pass(world.random.below(3_000));
    member.start();
  }
}

/**
 * What a client has sent is lost, and it comes back with it when its leases have passed on; or the lead does not hear it for
 * so long, and other members hear what it sent only then.
 */
export function silenceClient(world: World): void {
  world.pass(world.random.below(600));
  const client = world.random.pick(world.clients);
  const [lead, ...others] = world.members;
  if (lead === undefined) return;
  if (world.random.chance(0.5)) {
    for (const { place } of world.members) client.cut(place);
    client.freeze(5_000 + world.random.below(4_000));
    return;
  }
  client.cutOff(lead.place, 8_000);
  world.pass(1_000 + world.random.below(1_800));
  for (const { place } of others) client.cutOff(place, 3_000 + world.random.below(1_000));
}

export function crash(world: World, member: SimMember, ms: number): void {
  member.crash();
  world.pass(ms);
  member.start();
}

/** Daemons of mounts are killed at any moment of what they do, and others go on for them. */
export function restartDaemons(world: World, times = 4): void {
  for (let count = 0; count < times; count += 1) {
    world.pass(world.random.below(300));
    world.random.pick(world.clients).restart(world.random.below(30), world.random.below(1_000));
  }
}

/** Daemons stand still, while the kernel and programs go on. */
export function freezeClients(world: World, times = 3, mostMs = 12_000): void {
  for (let count = 0; count < times; count += 1) {
    world.pass(world.random.below(400));
    world.random.pick(world.clients).freeze(world.random.below(mostMs));
  }
}

/** Frames between a client and a member are late by seconds, those of others are not. */
export function holdConnections(world: World, times = 4): void {
  for (let count = 0; count < times; count += 1) {
    world.pass(world.random.below(500));
    const client = world.random.pick(world.clients);
    const place = world.random.below(world.members.length);
    if (world.random.chance(0.5)) client.hold(place, world.random.below(6_000));
    else client.cutOff(place, world.random.below(6_000));
  }
}
