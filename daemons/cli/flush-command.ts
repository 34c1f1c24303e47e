import { Command } from "commander";
import { VERSION } from "../core/version.ts";
import type { End } from "./commands/end.ts";

type Options = {
  readonly recursive?: true;
  readonly compare?: true;
  readonly config?: string;
  readonly json?: true;
};

/** The words of `flush`; see `commands.ts` for what a tree of commands is. */
export function flushCommand(end: End): Command {
  return new Command("flush")
    .description("have clients give back what they keep of PATH, and all servers take this server's version of it")
    .version(VERSION, "-V, --version")
    .argument("<path>", "a file or directory in an export of this machine")
    .option("-r, --recursive", "also all that lies below a directory")
    .option("-c, --compare", "compare the content of files also where size and time of modification are the same")
    .option("--config <file>", "the configuration (default: $POHMELFS_CONFIG or /etc/pohmelfs.yaml)")
    .option("--json", "as JSON, when all is done")
    .exitOverride()
    .action(async (path: string, { recursive, compare, config, json }: Options) => {
      const { flushPath } = await import("./flush/flush-path.ts");
      const options = { recursive: recursive === true, compare: compare === true, json: json === true };
      end(await flushPath({ path, config, ...options }));
    });
}
