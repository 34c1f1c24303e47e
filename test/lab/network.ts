import { existsSync } from "node:fs";
import { run } from "../support/run.ts";

const BRIDGE = "switch";

/** Frames between two ports of the bridge are dropped while the pair is in the set. Numbered as nft(8) wants it. */
const RULES = `table bridge lab {
  set cut { type ifname . ifname; }
  chain forward { type filter hook forward priority 0; policy accept; iifname . oifname @cut drop; }
}`;

/**
 * The hosts' network: a bridge in a namespace of its own, so that the machine's own links, addresses and rules are not
 * touched and two labs can have the same addresses. There is no way out of it. A host's port on the bridge has its name.
 */
export class Network {
  readonly #id: string;
  readonly #bits: number;
  readonly #cutOff = new Set<string>();

  private constructor(id: string, bits: number) {
    this.#id = id;
    this.#bits = bits;
  }

  /** @param id Begins the names of all its namespaces. @param bits Of the hosts' addresses, that name the network. */
  static async open(id: string, bits: number): Promise<Network> {
    const network = new Network(id, bits);
    await run(["ip", "netns", "add", id]);
    await network.#ip("link", "add", BRIDGE, "type", "bridge", "forward_delay", "0", "stp_state", "0");
    await network.#ip("link", "set", BRIDGE, "up");
    await network.#nft(RULES);
    return network;
  }

  /** @returns The path of the namespace in which a host lives, made anew: what is new has no old connections. */
  async plug(host: string, address: string): Promise<string> {
    await this.unplug(host);
    const namespace = `${this.#id}.${host}`;
    await run(["ip", "netns", "add", namespace]);
    // The same at each boot, as a network card has it: others remember for half a minute where an address was.
    const card = ["address", hardwareAddress(address)];
    await this.#ip("link", "add", host, "type", "veth", "peer", "name", "eth0", ...card, "netns", namespace);
    const inside = (...words: string[]): Promise<string> => run(["ip", "-n", namespace, ...words]);
    await inside("link", "set", "lo", "up");
    await inside("address", "add", `${address}/${this.#bits}`, "dev", "eth0");
    await inside("link", "set", "eth0", "up");
    if (!this.#cutOff.has(host)) await this.#ip("link", "set", host, "master", BRIDGE);
    await this.#ip("link", "set", host, "up");
    return `/run/netns/${namespace}`;
  }

  /** Nothing that the host's sockets say from now on is heard by others: neither data nor the end of a connection. */
  async unplug(host: string): Promise<void> {
    const namespace = `${this.#id}.${host}`;
    if (!existsSync(`/run/netns/${namespace}`)) return;
    await this.#ip("link", "del", host);
    await run(["ip", "netns", "del", namespace]);
  }

  /** Frames are dropped without a word: between the two, or all of the one. */
  async cut(host: string, other?: string): Promise<void> {
    if (other !== undefined) return this.#pair("add", host, other);
    this.#cutOff.add(host);
    await this.#ip("link", "set", host, "nomaster");
  }

  /** Undoes `cut` with the same arguments. */
  async heal(host: string, other?: string): Promise<void> {
    if (other !== undefined) return this.#pair("delete", host, other);
    this.#cutOff.delete(host);
    await this.#ip("link", "set", host, "master", BRIDGE);
  }

  async #pair(verb: "add" | "delete", one: string, two: string): Promise<void> {
    await this.#nft(`${verb} element bridge lab cut { "${one}" . "${two}", "${two}" . "${one}" }`);
  }

  #ip(...words: string[]): Promise<string> {
    return run(["ip", "-n", this.#id, ...words]);
  }

  #nft(rules: string): Promise<string> {
    return run(["nsenter", `--net=/run/netns/${this.#id}`, "nft", "-f", "-"], { input: rules });
  }
}

/** @returns A locally administered address (IEEE 802: the second bit of the first byte) that ends with the IPv4's. */
const hardwareAddress = (address: string): string =>
  ["02", "00", ...address.split(".").map((byte) => Number(byte).toString(16).padStart(2, "0"))].join(":");
