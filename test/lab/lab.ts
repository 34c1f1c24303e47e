import { randomBytes } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { basename, join } from "node:path";
import { baseTree } from "./base-tree.ts";
import { cgroupRoot } from "./cgroup.ts";
import { type CleanUp, cleanUpAfter } from "./clean-up.ts";
import { makeDisk } from "./disk.ts";
import { Host } from "./host.ts";
import { Network } from "./network.ts";
import { DISKS } from "./why-no-lab.ts";

export type LabOptions = {
  /** Names, of 15 letters at most as those of links, and IPv4 addresses of one /24. */
  readonly hosts: Readonly<Record<string, string>>;
  /** Paths that are file systems of their own on each host. */
  readonly fileSystems: readonly string[];
};

/**
 * Several Debian machines on one, each with a real systemd, that know each other by name. Two labs do not see each
 * other. When the lab is closed, or its process has died, nothing of it is left on the machine but the base tree.
 */
export class Lab implements AsyncDisposable {
  /** Begins the name of all that it has on this machine, and of nothing else. */
  readonly id: string;
  readonly hosts: readonly Host[];
  readonly #network: Network;
  readonly #cleanUp: CleanUp;

  private constructor(id: string, hosts: readonly Host[], network: Network, cleanUp: CleanUp) {
    this.id = id;
    this.hosts = hosts;
    this.#network = network;
    this.#cleanUp = cleanUp;
  }

  /** Boots all hosts. @throws When one does not come up; nothing is left then. */
  static async open({ hosts, fileSystems }: LabOptions): Promise<Lab> {
    const base = await baseTree();
    const root = cgroupRoot();
    if (root === undefined) throw new Error("cgroup2 is mounted nowhere");
    const directory = mkdtempSync(join(DISKS, "pohmelfs-lab-"));
    const id = basename(directory);
    const cleanUp = cleanUpAfter(join(root, id), id, directory);
    try {
      const network = await Network.open(id, 24);
      const names = Object.entries(hosts).map(([name, address]) => `${address} ${name}\n`);
      const made = Object.entries(hosts).map(async ([name, address]) => {
        const machineId = randomBytes(16).toString("hex");
        const files = {
          "etc/machine-id": `${machineId}\n`,
          "etc/hostname": `${name}\n`,
          "etc/hosts": `127.0.0.1 localhost\n::1 localhost\n${names.join("")}`,
        };
        const disk = await makeDisk(join(directory, name), machineId, files, fileSystems);
        return new Host({ name, address, base, disk, network, cgroupRoot: root, labGroup: id });
      });
      const lab = new Lab(id, await Promise.all(made), network, cleanUp);
      await Promise.all(lab.hosts.map((host) => host.start()));
      return lab;
    } catch (error) {
      await cleanUp.now();
      throw error;
    }
  }

  host(name: string): Host {
    const found = this.hosts.find((host) => host.name === name);
    if (found === undefined) throw new Error(`the lab has no host ${name}`);
    return found;
  }

  /** Nothing comes through between two hosts, or, without the second, between one and all others. No end notices. */
  cut(host: string, other?: string): Promise<void> {
    return this.#network.cut(host, other);
  }

  /** Undoes `cut` with the same arguments. The first packets may still fail, for a second or two. */
  heal(host: string, other?: string): Promise<void> {
    return this.#network.heal(host, other);
  }

  close(): Promise<void> {
    return this.#cleanUp.now();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
