import { Command, CommanderError } from "commander";
import { VERSION } from "../core/version.ts";
import { check } from "./check.ts";
import { EXIT } from "./core/exit-codes.ts";
import { showMountstats } from "./show-mountstats.ts";
import { showStatus } from "./show-status.ts";

function commands(end: (code: number) => void): Command {
  const program = new Command("pohmelfs")
    .description("One directory on several machines: mirrored by the client, kept as plain files on the servers.")
    .version(VERSION, "-V, --version")
    .exitOverride()
    .showHelpAfterError("(see pohmelfs --help)")
    .addHelpText(
      "after",
      "\nMount with: mount -t pohmelfs GROUP DIR\nExit codes: 0 ok, 1 failed, 2 wrong call, 3 configuration invalid,\n4 nothing there, 6 not healthy (status --exit-code), 7 timed out",
    );
  program
    .command("check [file]")
    .description("check a configuration and show everything that is wrong with it")
    .option("--json", "as JSON")
    .action((file: string | undefined, options: { json?: true }) => end(check(file, options.json === true)));
  program
    .command("status")
    .description("show groups, their members and this machine's mounts")
    .option("--config <file>", "the configuration (default: $POHMELFS_CONFIG or /etc/pohmelfs.yaml)")
    .option("--json", "as JSON")
    .option("--exit-code", "end with 6 when something is not as configured")
    .action(async (options: { config?: string; json?: true; exitCode?: true }) => {
      const { config } = options;
      end(await showStatus({ config, json: options.json === true, exitCode: options.exitCode === true }));
    });
  program
    .command("mountstats [directory]")
    .description("show the servers of a mount (or of all) in the seven columns of old")
    .option("--json", "as JSON")
    .action(async (directory: string | undefined, options: { json?: true }) => {
      end(await showMountstats(directory, options.json === true));
    });
  return program;
}

async function main(args: readonly string[]): Promise<number> {
  let code: number = EXIT.ok;
  const program = commands((ended) => {
    code = ended;
  });
  // Commander's own way would be to print help and end with 1.
  if (args.length === 0) {
    process.stderr.write(program.helpInformation());
    return EXIT.usage;
  }
  try {
    await program.parseAsync([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  return code;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    // A throw is a bug of ours; whoever reports it needs the trace.
    console.error("pohmelfs: a bug:", error);
    process.exitCode = EXIT.failed;
  },
);
