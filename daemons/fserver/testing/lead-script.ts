import { clientId, oid } from "../../core/brand.ts";
import { LOCK } from "../../wire/messages.ts";
import { createLead } from "../core/lead.ts";
import type { LeadEffect, LeadEvent, LeadOptions } from "../core/lead-events.ts";

/** Leases as people write them: `5r` reads object 5, `7w` writes object 7. */
const lease = (text: string) => ({ oid: oid(Number.parseInt(text, 10)), mode: text.endsWith("w") ? 2 : 1 });
const leases = (text: string) => (text === "" ? [] : text.split(" ").map(lease));
const letter = (mode: number): string => ["none", "r", "w"][mode] ?? "?";
const lockName = (type: number): string => ["read", "write", "unlock"][type] ?? "?";

/** An effect as one short line. */
export function effectText(effect: LeadEffect): string {
  const to = `${effect.client}:`;
  switch (effect.kind) {
    case "grant": {
      const grants = effect.grants.map((grant) => `${grant.oid}${letter(grant.mode)}${grant.inUse ? " (open)" : ""}`);
      return `${to} #${effect.request} has ${grants.join(" ")}`;
    }
    case "revoke":
      return `${to} give back ${effect.oid}${effect.keep === 1 ? ", may read" : ""}`;
    case "late":
    case "purge":
      return `${to} ${effect.kind} ${effect.oid}`;
    case "done":
      return `${to} #${effect.request} done`;
    case "failed":
      return `${to} #${effect.request} ${effect.errno}`;
    case "lockHolder":
      return effect.type === LOCK.unlock
        ? `${to} #${effect.request} free`
        : `${to} #${effect.request} ${lockName(effect.type)} ${effect.start}-${effect.end} pid ${effect.pid}`;
  }
}

export type LockText = {
  readonly type?: "read" | "write" | "unlock";
  readonly oid?: number;
  readonly flock?: boolean;
  readonly owner?: string;
  readonly start?: number;
  readonly end?: number;
  readonly wait?: boolean;
  readonly again?: boolean;
  readonly pid?: number;
};

/** A lead that is driven with short lines and answers with some. The clock stands still but for {@link LeadScript.pass}. */
export type LeadScript = ReturnType<typeof leadScript>;

export function leadScript(options: Partial<LeadOptions> = {}) {
  const lead = createLead(options);
  let nowMs = 1_000;
  const step = (event: LeadEvent): string[] => lead.step(event).map(effectText);
  const from = (client: number) => ({ nowMs, client: clientId(client) });
  const lockFields = ({ type = "write", start = 0, end = 99, ...text }: LockText) => ({
    oid: oid(text.oid ?? 5),
    flock: text.flock ?? false,
    owner: text.owner ?? "owner",
    type: LOCK[type],
    start,
    end,
  });
  return {
    lead,
    started: (knownClients: readonly number[] = [], orphans: readonly number[] = []) =>
      step({ kind: "started", nowMs, knownClients: knownClients.map(clientId), orphans: orphans.map(oid) }),
    opened: (...clients: readonly number[]) =>
      clients.flatMap((client) => step({ kind: "sessionOpened", ...from(client) })),
    ended: (client: number) => step({ kind: "sessionEnded", ...from(client) }),
    disconnected: (client: number) => step({ kind: "disconnected", ...from(client) }),
    connected: (client: number) => step({ kind: "connected", ...from(client) }),
    oidsGiven: (client: number, first: number, end: number) =>
      step({ kind: "oidsGiven", ...from(client), from: oid(first), to: oid(end) }),
    /** @param wants Such as `5r 7w`. */
    acquire: (client: number, request: number, wants: string, extras = "") =>
      step({ kind: "acquire", ...from(client), request, wants: leases(wants), extras: leases(extras) }),
    /** Whether the client has a read lease of the object now. */
    offer: (client: number, object: number) => lead.offer(clientId(client), oid(object)),
    removed: (client: number, object: number) => step({ kind: "removed", ...from(client), oid: oid(object) }),
    giveBack: (client: number, object: number, { keep = 0, inUse = false } = {}) =>
      step({ kind: "giveBack", ...from(client), oid: oid(object), keep, inUse }),
    /** @param held Such as `5r 7w`; `open`: objects open without a lease. */
    reclaim: (client: number, held: string, { last = true, open = [] as readonly number[] } = {}) => {
      const told = leases(held).map((one) => ({ ...one, inUse: false }));
      const opened = open.map((object) => ({ oid: oid(object), mode: 0, inUse: true }));
      return step({ kind: "reclaim", ...from(client), leases: [...told, ...opened], last });
    },
    orphaned: (client: number, object: number) => step({ kind: "orphaned", ...from(client), oid: oid(object) }),
    unused: (client: number, object: number) => step({ kind: "unused", ...from(client), oid: oid(object) }),
    named: (object: number) => step({ kind: "named", nowMs, oid: oid(object) }),
    purged: (object: number) => step({ kind: "purged", nowMs, oid: oid(object) }),
    lock: (client: number, request: number, text: LockText = {}) =>
      step({
        kind: "lock",
        ...from(client),
        request,
        ...lockFields(text),
        wait: text.wait ?? false,
        again: text.again ?? false,
        pid: text.pid ?? 7,
      }),
    cancel: (client: number, request: number) => step({ kind: "cancel", ...from(client), request }),
    lockTest: (client: number, request: number, text: LockText = {}) =>
      step({ kind: "lockTest", ...from(client), request, ...lockFields(text) }),
    lockDrop: (client: number, request: number, text: LockText = {}) =>
      step({ kind: "lockDrop", ...from(client), request, ...lockFields(text) }),
    /** Milliseconds until a tick is due that is not one of the usual ones. */
    dueIn: () => (lead.dueMs === undefined ? undefined : lead.dueMs - nowMs),
    /** Lets time pass, with a tick at its end. */
    pass: (ms: number) => {
      nowMs += ms;
      return step({ kind: "tick", nowMs });
    },
  };
}

/** A lead that has started without a past, with clients 1 to `clients` connected. */
export function leadWith(clients: number, options: Partial<LeadOptions> = {}): LeadScript {
  const script = leadScript(options);
  script.started();
  for (let client = 1; client <= clients; client += 1) script.opened(client);
  return script;
}
