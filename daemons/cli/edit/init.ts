import { lookup } from "node:dns/promises";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { canonicalAddress, isLoopback } from "../../../config-schema/address.ts";
import { parseConfig } from "../../../config-schema/parse-config.ts";
import { EXIT } from "../core/exit-codes.ts";
import { initText } from "../core/edit/init-text.ts";
import { type InitHost, type InitPlan, type InitWords, readInitWords } from "../core/edit/init-words.ts";
import { replaceFile } from "./write-file.ts";
import { configPath } from "../machine.ts";
import { printDiagnostics } from "../read-config.ts";

export type InitOptions = InitWords & {
  readonly config: string | undefined;
  /** Where to write; `-` is stdout. Undefined: the configuration. */
  readonly output: string | undefined;
  readonly force: boolean;
};

const LOOKUP_LIMIT_MS = 3_000;

/**
 * `pohmelfs init`: writes a configuration, or without words an example. Never asks.
 *
 * @returns The code to end with.
 */
export async function init(options: InitOptions): Promise<number> {
  const { servers, witnesses, clients, mounts, group, index, export: directory } = options;
  const isExample =
    [servers, witnesses, clients, mounts].every((words) => words.length === 0) &&
    [group, index, directory].every((word) => word === undefined);
  const text = isExample ? initText() : await textOf(options);
  if (text === undefined) return EXIT.usage;
  const path = options.output ?? configPath(options.config);
  const checked = parseConfig(path === "-" ? "the result" : path, text);
  if (!checked.ok) {
    printDiagnostics(checked.diagnostics);
    console.error("pohmelfs: this would be the result of these words; nothing is written");
    return EXIT.usage;
  }
  printDiagnostics(checked.warnings);
  if (path === "-") {
    process.stdout.write(text);
    return EXIT.ok;
  }
  const there = contentOf(path);
  if (there !== undefined && !options.force) {
    console.error(
      `pohmelfs: ${path} is there already; --force overwrites it, '--output -' prints what would be written`,
    );
    return EXIT.failed;
  }
  const written = replaceFile(path, Buffer.from(text), there);
  if (!written.ok) {
    console.error(`pohmelfs: ${written.because}`);
    return EXIT.failed;
  }
  const next = isExample
    ? "put in your own hosts, then see what it would do here with"
    : "see what it would do here with";
  console.error(`pohmelfs: ${path} is written; ${next}: pohmelfs plan`);
  return EXIT.ok;
}

async function textOf(words: InitWords): Promise<string | undefined> {
  const read = readInitWords(words);
  if (!read.ok) {
    console.error(`pohmelfs: init: ${read.because}`);
    return undefined;
  }
  const { servers, witnesses, clients } = read.plan;
  const all = [servers, witnesses, clients].map((hosts) => Promise.all(hosts.map(withAddress)));
  const [found = [], voting = [], mounting = []] = await Promise.all(all);
  const missing = [...found, ...voting, ...mounting].filter(({ address }) => address === undefined);
  for (const { name } of missing) {
    const option = clients.some((host) => host.name === name) ? "--client" : "--server";
    console.error(`pohmelfs: init: the address of '${name}' is not known here: say it, with ${option} ${name}=ADDRESS`);
  }
  const plan: InitPlan = { ...read.plan, servers: found, witnesses: voting, clients: mounting };
  return missing.length > 0 ? undefined : initText(plan);
}

/** Looks a host up, once and now: the file holds addresses, so that nothing is looked up at boot. */
async function withAddress(host: InitHost): Promise<InitHost> {
  if (host.address !== undefined) return host;
  const limit = new AbortController();
  const late = sleep(LOOKUP_LIMIT_MS, undefined, { signal: limit.signal, ref: false }).catch(() => undefined);
  const found = await Promise.race([lookup(host.name).catch(() => undefined), late]);
  limit.abort();
  const address = found === undefined ? undefined : canonicalAddress(found.address);
  // A machine's own name is 127.0.1.1 in its /etc/hosts, as Debian has it.
  if (address === undefined || isLoopback(address)) return host;
  console.error(`pohmelfs: init: ${host.name} is ${address}, as this machine looks it up`);
  return { ...host, address };
}

function contentOf(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
