import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { claimsOf, desiredOf, differences, ModelHost, type Spec, serverUnitOf } from "../../testing/model-host.ts";
import { planFor } from "./plan.ts";
import type { Plan, UnitFacts } from "./plan-types.ts";
import { mountUnitNames, unitKind } from "../unit-kinds.ts";
import { TARGET } from "../units.ts";

const SERVER = { text: 0, restart: 0, reload: 0, port: 1025 };
const MOUNT = { options: 0, members: 0, reload: 0, unit: 0, auto: true, onUse: false, idle: 0 };
const EMPTY: Spec = { servers: {}, mounts: {} };
const BOTH: Spec = { servers: { one: SERVER }, mounts: { "mnt-g": MOUNT } };
const ONE = serverUnitOf("one");
const G = mountUnitNames("mnt-g");

const planOf = (host: ModelHost, spec: Spec): Plan => planFor(desiredOf(spec), host.facts(), claimsOf(spec));

function apply(host: ModelHost, spec: Spec): Plan {
  host.write(spec);
  const plan = planOf(host, spec);
  for (const action of plan.actions) host.do(action);
  return plan;
}

/** A host on which a file was applied. */
function hostWith(spec: Spec): ModelHost {
  const host = new ModelHost();
  apply(host, spec);
  assert.deepEqual(differences(host, spec), []);
  return host;
}

const words = ({ actions }: Plan): string[] => actions.map(({ kind, unit }) => `${kind} ${unit}`.trim());
const changes = (plan: Plan): string[] => plan.changes.map(({ kind, unit }) => `${kind} ${unit}`);

/** What is done when one file follows another. */
const step = (before: Spec, after: Spec): string[] => words(apply(hostWith(before), after));

const withServer = (part: Partial<typeof SERVER>): Spec => ({ ...BOTH, servers: { one: { ...SERVER, ...part } } });
const withMount = (part: Partial<typeof MOUNT>): Spec => ({ ...BOTH, mounts: { "mnt-g": { ...MOUNT, ...part } } });

suite("what is done when the file changes", () => {
  test("a first file: units are made, the server is started before the mount", () => {
    const plan = planOf(new ModelHost(), BOTH);
    assert.deepEqual(words(plan), ["daemon-reload", `start ${ONE}`, `start ${G.mount}`, `start ${TARGET}`]);
    assert.deepEqual(changes(plan), [`added ${G.mount}`, `added ${G.service}`, `added ${ONE}`, `added ${TARGET}`]);
    assert.match(plan.changes[0]?.diff ?? "", /^@@ -0,0 [\s\S]*\n\+# Started at boot by pohmelfs\.target\.\n$/);
  });

  test("the same file again: nothing", () => {
    const plan = planOf(hostWith(BOTH), BOTH);
    assert.deepEqual(plan, { changes: [], actions: [], notes: [] });
  });

  test("no file any more: mounts go before servers, and nothing is left", () => {
    assert.deepEqual(step(BOTH, EMPTY), [
      `stop ${G.mount}`,
      `stop ${G.service}`,
      `stop ${ONE}`,
      `stop ${TARGET}`,
      "daemon-reload",
    ]);
  });

  test("what a daemon can take over while it runs: a reload, and the units stay", () => {
    assert.deepEqual(step(BOTH, withServer({ reload: 1 })), [`reload ${ONE}`]);
    assert.deepEqual(step(BOTH, withMount({ reload: 1 })), [`reload ${G.service}`]);
  });

  test("what it cannot: it is started anew; a mount keeps its place meanwhile", () => {
    assert.deepEqual(step(BOTH, withServer({ restart: 1, reload: 1 })), [`restart ${ONE}`]);
    assert.deepEqual(step(BOTH, withMount({ members: 1, reload: 1 })), [`restart ${G.service}`]);
  });

  test("another unit of a service: it is started anew with it", () => {
    assert.deepEqual(step(BOTH, withServer({ text: 1 })), ["daemon-reload", `restart ${ONE}`]);
    assert.deepEqual(step(BOTH, withMount({ unit: 1 })), ["daemon-reload", `restart ${G.service}`]);
  });

  test("other options of a mount: it goes before systemd knows of them, and comes after", () => {
    assert.deepEqual(step(BOTH, withMount({ options: 1 })), ["stop mnt-g.mount", "daemon-reload", "start mnt-g.mount"]);
  });

  test("a mount that nothing starts at boot any more stays, and is not started when it is gone", () => {
    const host = hostWith(BOTH);
    const { actions, changes } = apply(host, withMount({ auto: false }));
    assert.deepEqual(words({ actions, changes, notes: [] }), ["daemon-reload"]);
    assert.match(changes[0]?.diff ?? "", /-# Started at boot by [\s\S]*\+# Nothing starts it at boot\./);
    host.do({ kind: "stop", unit: G.mount, because: "" });
    assert.deepEqual(planOf(host, withMount({ auto: false })).actions, []);
  });

  test("a mount on use: the automount is started, the mount is not", () => {
    assert.deepEqual(words(apply(new ModelHost(), withMount({ onUse: true }))), [
      "daemon-reload",
      `start ${ONE}`,
      `start ${G.automount}`,
      `start ${TARGET}`,
    ]);
  });

  test("from mounted to mounted on use, and back: first what is there goes", () => {
    assert.deepEqual(step(BOTH, withMount({ onUse: true })), [
      `stop ${G.mount}`,
      "daemon-reload",
      `start ${G.automount}`,
    ]);
    const host = hostWith(withMount({ onUse: true }));
    host.do({ kind: "start", unit: G.mount, because: "used" });
    assert.deepEqual(words(apply(host, BOTH)), [
      `stop ${G.mount}`,
      `stop ${G.automount}`,
      "daemon-reload",
      `start ${G.mount}`,
    ]);
  });

  test("of two mounts, one within the other, the inner one goes first and comes last", () => {
    const both = { ...EMPTY, mounts: { mnt: MOUNT, "mnt-in": MOUNT } };
    assert.deepEqual(
      step(EMPTY, both).filter((one) => one.endsWith(".mount")),
      ["start mnt.mount", "start mnt-in.mount"],
    );
    assert.deepEqual(
      step(both, EMPTY).filter((one) => one.endsWith(".mount")),
      ["stop mnt-in.mount", "stop mnt.mount"],
    );
  });

  test("two servers that exchange their ports are both stopped before one is started", () => {
    const [a, b] = [serverUnitOf("a"), serverUnitOf("b")];
    const before: Spec = { servers: { a: { ...SERVER, port: 1 }, b: { ...SERVER, port: 2 } }, mounts: {} };
    const after: Spec = { servers: { a: { ...SERVER, port: 2 }, b: { ...SERVER, port: 1 } }, mounts: {} };
    assert.deepEqual(step(before, after), [`stop ${a}`, `stop ${b}`, `start ${a}`, `start ${b}`]);
  });
});

suite("what is done when something does not run as it should", () => {
  test("what has failed or is stopped is started", () => {
    const host = hostWith(BOTH);
    host.fail(ONE);
    assert.deepEqual(planOf(host, BOTH).actions, [{ kind: "start", unit: ONE, because: "it has failed" }]);
    host.do({ kind: "stop", unit: G.mount, because: "" });
    assert.deepEqual(words(planOf(host, BOTH)), [`start ${ONE}`, `start ${G.mount}`]);
  });

  test("a mount whose daemon is gone is mounted anew", () => {
    const host = hostWith(BOTH);
    host.fail(G.service);
    assert.deepEqual(words(planOf(host, BOTH)), [`stop ${G.mount}`, `start ${G.mount}`]);
  });

  test("what runs although an earlier daemon-reload took its unit is stopped", () => {
    const host = hostWith(BOTH);
    host.write(EMPTY);
    host.do({ kind: "daemon-reload", unit: "", because: "by hand" });
    assert.deepEqual(words(planOf(host, EMPTY)), [
      `stop ${G.mount}`,
      `stop ${G.service}`,
      `stop ${ONE}`,
      `stop ${TARGET}`,
    ]);
  });

  test("after a daemon-reload by hand, services with an older unit are started anew all the same", () => {
    const host = hostWith(BOTH);
    host.write(withServer({ text: 1 }));
    host.do({ kind: "daemon-reload", unit: "", because: "by hand" });
    assert.deepEqual(words(planOf(host, withServer({ text: 1 }))), [`restart ${ONE}`]);
  });

  test("a failed unit that the file does not have any more is forgotten", () => {
    const host = hostWith(BOTH);
    host.fail(ONE);
    assert.deepEqual(words(planOf(host, { ...EMPTY, mounts: BOTH.mounts })), ["daemon-reload", `reset-failed ${ONE}`]);
  });

  test("a daemon that does not tell with what it runs is started anew, unless it is on its way up", () => {
    const host = hostWith(BOTH);
    const { effect: _, ...silent } = host.running.get(ONE) ?? { active: "failed" };
    host.running.set(ONE, silent);
    assert.deepEqual(words(planOf(host, BOTH)), [`restart ${ONE}`]);
    host.running.set(ONE, { ...silent, active: "activating" });
    assert.deepEqual(words(planOf(host, BOTH)), []);
    host.running.set(ONE, { active: "activating" });
    assert.deepEqual(planOf(host, BOTH).actions[0]?.because, "it does not come up");
  });
});

suite("what an administrator has decided", () => {
  const decided = (unit: string, part: Partial<UnitFacts>): ModelHost => {
    const host = hostWith(BOTH);
    host.running.set(unit, { ...(host.running.get(unit) ?? { active: "inactive" }), ...part });
    return host;
  };

  test("a masked unit is not started", () => {
    for (const unit of [ONE, G.mount]) {
      const plan = planOf(decided(unit, { masked: true, active: "inactive" }), BOTH);
      assert.deepEqual(words(plan), []);
      assert.deepEqual(plan.notes, [{ unit, because: "it is masked: nothing starts it" }]);
    }
  });

  test("a unit file of one's own is told of, and not compared with ours; the daemon still follows the file", () => {
    const host = decided(ONE, { overriddenBy: `/etc/systemd/system/${ONE}`, startedWith: "0123456789abcdef" });
    const plan = planOf(host, BOTH);
    assert.deepEqual(words(plan), []);
    assert.deepEqual(plan.notes, [{ unit: ONE, because: `/etc/systemd/system/${ONE} is used in its place` }]);
    assert.deepEqual(words(planOf(host, withServer({ restart: 1 }))), [`restart ${ONE}`]);
  });

  test("a unit of one's own stays when the file has no such unit any more", () => {
    const host = decided(ONE, { overriddenBy: `/etc/systemd/system/${ONE}` });
    assert.ok(!words(planOf(host, { ...EMPTY, mounts: BOTH.mounts })).includes(`stop ${ONE}`));
  });

  test("a mount that was made by hand or by fstab stays", () => {
    const host = decided(G.mount, { byHand: true });
    host.running.delete(G.service);
    const plan = planOf(host, BOTH);
    assert.deepEqual(words(plan), []);
    assert.match(plan.notes[0]?.because ?? "", /^it was mounted by hand or by fstab/);
    assert.ok(!words(planOf(host, EMPTY)).includes(`stop ${G.mount}`));
  });

  test("a drop-in that systemd has not read yet is a daemon-reload", () => {
    const host = decided(ONE, { needsReload: true });
    assert.deepEqual(words(planOf(host, BOTH)), ["daemon-reload"]);
  });
});

suite("whatever the files and whatever has happened", () => {
  const few = fc.nat(1);
  const server = fc.record({ text: few, restart: few, reload: few, port: fc.nat(3) });
  const mount = fc.record({
    options: few,
    members: few,
    reload: few,
    unit: few,
    auto: fc.boolean(),
    onUse: fc.boolean(),
    idle: few,
  });
  const spec: fc.Arbitrary<Spec> = fc
    .record({
      servers: fc.dictionary(fc.constantFrom("a", "b", "c"), server),
      mounts: fc.dictionary(fc.constantFrom("mnt", "mnt-in", "srv"), mount),
    })
    // No two servers of a file have one port.
    .filter(({ servers }) => {
      const ports = Object.values(servers).map(({ port }) => port);
      return new Set(ports).size === ports.length;
    });
  type Event =
    | { readonly kind: "apply"; readonly spec: Spec }
    | { readonly kind: "reload by hand"; readonly spec: Spec }
    | { readonly kind: "fail"; readonly which: number }
    | { readonly kind: "stop"; readonly which: number }
    | { readonly kind: "use" };
  const event: fc.Arbitrary<Event> = fc.oneof(
    fc.record({ kind: fc.constant("apply" as const), spec }),
    fc.record({ kind: fc.constant("reload by hand" as const), spec }),
    fc.record({ kind: fc.constant("fail" as const), which: fc.nat(20) }),
    fc.record({ kind: fc.constant("stop" as const), which: fc.nat(20) }),
    fc.record({ kind: fc.constant("use" as const) }),
  );

  function happen(host: ModelHost, one: Event): void {
    if (one.kind === "apply") apply(host, one.spec);
    else if (one.kind === "reload by hand") {
      host.write(one.spec);
      host.do({ kind: "daemon-reload", unit: "", because: "by hand" });
    } else if (one.kind === "use") {
      for (const [unit] of [...host.running]) {
        const { mount } = mountUnitNames(unit.replace(/\.automount$/, ""));
        if (unitKind(unit) === "automount" && !host.running.has(mount) && host.loaded.has(mount))
          host.do({ kind: "start", unit: mount, because: "used" });
      }
    } else {
      const services = [...host.running.keys()].filter((unit) => unit.endsWith(".service"));
      const unit = services[one.which % Math.max(1, services.length)];
      if (unit !== undefined && one.kind === "fail") host.fail(unit);
      if (unit !== undefined && one.kind === "stop") host.do({ kind: "stop", unit, because: "by hand" });
    }
  }

  test("a plan that is carried out makes what the file says, and there is nothing left to do", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 8 }), spec, (events, last) => {
        const host = new ModelHost();
        for (const one of events) happen(host, one);
        host.faults.length = 0;
        apply(host, last);
        assert.deepEqual(host.faults, []);
        assert.deepEqual(differences(host, last), []);
        assert.deepEqual(planOf(host, last), { changes: [], actions: [], notes: [] });
      }),
      { numRuns: 1500 },
    );
  });

  test("a plan touches no daemon for which nothing changes", () => {
    fc.assert(
      fc.property(spec, spec, (before, after) => {
        const touched = new Set(planOf(hostWith(before), after).actions.map(({ unit }) => unit));
        for (const [name, one] of Object.entries(after.servers)) {
          const other = before.servers[name];
          if (JSON.stringify(other) === JSON.stringify(one)) assert.ok(!touched.has(serverUnitOf(name)));
        }
        for (const [place, one] of Object.entries(after.mounts)) {
          if (JSON.stringify(before.mounts[place]) !== JSON.stringify(one)) continue;
          for (const unit of Object.values(mountUnitNames(place))) assert.ok(!touched.has(unit));
        }
      }),
    );
  });

  test("stopping comes before the reload of units, starting after; mounts go before servers and come after them", () => {
    fc.assert(
      fc.property(spec, spec, (before, after) => {
        const { actions } = planOf(hostWith(before), after);
        const at = (kind: string, unitKinds: readonly string[]): number[] =>
          actions.flatMap((one, i) => (one.kind === kind && unitKinds.includes(unitKind(one.unit)) ? [i] : []));
        const ordered = (first: readonly number[], then: readonly number[]): void => {
          assert.ok(first.length === 0 || then.length === 0 || Math.max(...first) < Math.min(...then));
        };
        ordered(at("stop", ["mount", "automount", "mount-service"]), at("stop", ["server"]));
        ordered(at("stop", ["server"]), at("daemon-reload", ["other"]));
        ordered(at("daemon-reload", ["other"]), at("start", ["server"]));
        ordered(at("restart", ["server"]), at("start", ["server"]));
        ordered(at("start", ["server"]), at("restart", ["mount-service"]));
        ordered(at("start", ["server"]), at("start", ["mount", "automount"]));
      }),
    );
  });
});
