import { isLoopback } from "../address.ts";
import type { AddressFact, Facts, Found, ServerFact } from "./facts.ts";

/** Addresses are addresses, of one host each, and no two servers share one with the same port. */
export function checkAddresses(facts: Facts): Found[] {
  const addresses = [...facts.servers, ...facts.clients].flatMap(({ address }) =>
    address === undefined ? [] : [address],
  );
  return [...addresses.flatMap(malformed), ...sharedSockets(facts.servers), ...unreachable(facts)];
}

function malformed({ written, canonical, path }: AddressFact): Found[] {
  const found = (message: string, hint?: string): Found[] => [
    { code: "bad-address", path, show: "value", message, hint },
  ];
  if (canonical === undefined) return found(`'${written}' is no IPv4 or IPv6 address`, addressHint(written));
  if (canonical === "0.0.0.0" || canonical === "::") {
    return found(`'${written}' stands for all addresses`, "name the one at which the other hosts reach this one");
  }
  if (/^(22[4-9]|23[0-9])\./.test(canonical) || canonical === "255.255.255.255" || canonical.startsWith("ff")) {
    return found(`'${written}' is the address of many hosts`, "name the one at which the other hosts reach this one");
  }
  // RFC 4291, 2.5.6: fe80::/10 says nothing without an interface, and a mount of another host has another one.
  if (/^fe[89ab]/.test(canonical))
    return found(`'${written}' is the address of a link`, "take one that holds on all hosts");
  return [];
}

function addressHint(written: string): string {
  if (/^\[.*\]$/.test(written)) return "write it without brackets";
  if (/^[0-9.]+:[0-9]+$/.test(written) || /^\[.*\]:[0-9]+$/.test(written))
    return "the port has a key of its own, 'port'";
  if (written.includes("%")) return "without the zone after '%': it means another thing on each host";
  if (written.includes("/")) return "without the network's length after '/'";
  if (/[g-z]/i.test(written)) return "host names are not looked up: write the host's address";
  return "such as 192.0.2.75 or 2001:db8::75";
}

function sharedSockets(servers: readonly ServerFact[]): Found[] {
  const firsts = new Map<string, ServerFact>();
  return servers.flatMap((server): Found[] => {
    const { address, port } = server;
    if (address?.canonical === undefined || port === undefined) return [];
    const socket = `${address.canonical} ${port}`;
    const first = firsts.get(socket);
    if (first === undefined) {
      firsts.set(socket, server);
      return [];
    }
    const message = `'${server.name}' and '${first.name}' have the same address and port, ${address.written} and ${port}`;
    const hint = server.host === first.host ? "give each a port of its own" : "one of the addresses must be wrong";
    return [{ code: "same-address", path: address.path, show: "value", message, hint, other: first.path }];
  });
}

/** A server on a loopback address is of use to its own host only. */
function unreachable({ servers, clients }: Facts): Found[] {
  const hosts = new Set([...servers.map(({ host }) => host), ...clients.map(({ name }) => name)]);
  if (hosts.size < 2) return [];
  return servers.flatMap(({ host, address }): Found[] => {
    if (address?.canonical === undefined || !isLoopback(address.canonical)) return [];
    const message = `${address.written} can be reached on '${host}' only, and there are other hosts`;
    return [{ code: "loopback", severity: "warning", path: address.path, show: "value", message }];
  });
}
