import { readFileSync } from "node:fs";
import { run, tryRun } from "../support/run.ts";

/** Where this machine's apt gets Debian from. */
export type Archives = {
  /** As `bookworm`. */
  readonly suite: string;
  /** Lines of sources.list(5). */
  readonly sources: string;
  /** Lines of apt.conf(5): proxies and certificates. */
  readonly settings: string;
};

const FORMAT = "$(ORIGIN)|$(RELEASE)|$(COMPONENT)|$(REPO_URI)";

/** @returns Undefined when this machine is no Debian, or its apt has no lists. */
export async function archivesOfThisMachine(): Promise<Archives | undefined> {
  const suite = suiteOfThisMachine();
  if (suite === undefined) return undefined;
  const list = async (): Promise<string> =>
    (await tryRun(["apt-get", "indextargets", "--format", FORMAT, "Created-By: Packages"])).stdout;
  let sources = sourcesFrom(await list(), suite);
  if (sources === "") {
    await tryRun(["apt-get", "update", "-qq"], { limitMs: 120_000 });
    sources = sourcesFrom(await list(), suite);
  }
  if (sources === "") return undefined;
  const settings = (await run(["apt-config", "dump"]))
    .split("\n")
    .filter((line) => /^Acquire::(https?::|\w+::(Proxy|CaInfo|CAInfo))/.test(line));
  return { suite, sources, settings: settings.join("\n") };
}

function suiteOfThisMachine(): string | undefined {
  try {
    const release = readFileSync("/etc/os-release", "utf8");
    return /^ID=debian$/m.test(release) ? /^VERSION_CODENAME=(\w+)$/m.exec(release)?.[1] : undefined;
  } catch {
    return undefined;
  }
}

function sourcesFrom(targets: string, suite: string): string {
  const lines = new Map<string, string[]>();
  for (const target of targets.split("\n")) {
    const [origin, release = "", component = "", uri = ""] = target.split("|");
    if (origin !== "Debian" || !release.startsWith(suite)) continue;
    const start = `deb ${uri} ${release}`;
    lines.set(start, [...(lines.get(start) ?? []), component]);
  }
  return [...lines].map(([start, components]) => `${start} ${components.join(" ")}\n`).join("");
}
