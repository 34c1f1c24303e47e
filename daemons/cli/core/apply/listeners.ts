/** A socket that waits for connections. */
export type Listener = {
  /** IPv4 or IPv6, as eight or 32 hex digits in the order of the network. */
  readonly address: string;
  readonly port: number;
  /** By which /proc/PID/fd names it. */
  readonly inode: string;
};

/** TCP_LISTEN of linux/tcp_states.h. */
const LISTEN = "0A";

/** @param text Of /proc/net/tcp or tcp6, proc_net_tcp(5). */
export function parseListeners(text: string): Listener[] {
  return text.split("\n").flatMap((line): Listener[] => {
    const words = line.trim().split(/\s+/);
    const [, local = "", , state, , , , , , inode] = words;
    const [address = "", port = ""] = local.split(":");
    if (state !== LISTEN || inode === undefined) return [];
    return [{ address: inNetworkOrder(address), port: Number.parseInt(port, 16), inode }];
  });
}

/** The kernel prints words of 32 bits as the machine has them: little-endian on all that we run on. */
const inNetworkOrder = (hex: string): string =>
  (hex.match(/.{8}/g) ?? [])
    .map((word) => (word.match(/../g) ?? []).reverse().join(""))
    .join("")
    .toLowerCase();

/** An address as the listeners have it. @param canonical IPv4, or IPv6 as in RFC 5952. */
export function addressDigits(canonical: string): string {
  const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");
  if (!canonical.includes(":"))
    return canonical
      .split(".")
      .map((part) => hex(Number(part), 2))
      .join("");
  const [left = "", right] = canonical.split("::");
  const groups = (text: string | undefined): string[] =>
    (text ?? "") === "" ? [] : (text ?? "").split(":").map((part) => hex(Number.parseInt(part, 16), 4));
  const [head, tail] = [groups(left), groups(right)];
  return [...head, ...Array<string>(Math.max(0, 8 - head.length - tail.length)).fill("0000"), ...tail].join("");
}

/** Whether someone who listens takes connections for an address: it is that, or any, or IPv6 that takes IPv4 too. */
export function takes(listener: Listener, digits: string, port: number): boolean {
  if (listener.port !== port) return false;
  const mapped = `00000000000000000000ffff${digits}`;
  return listener.address === digits || listener.address === mapped || /^0+$/.test(listener.address);
}
