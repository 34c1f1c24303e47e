#!/usr/bin/env node
/**
 * Makes a fresh clone ready: the packages of npm, with `--build` the programs in `dist/`, with `--test` the programs of
 * the system that the tests use, with `--packages` those that make and check packages. Plain JavaScript without
 * dependencies, since it runs before there are any.
 *
 *     node scripts/setup.mjs [--build] [--test] [--packages]
 */
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** The oldest Node that will do: `node --test` has the options that scripts/test.mjs uses since 20.11. */
const NODE_MIN = [20, 11];

/** A file that must be there → the Debian package that brings it, and what needs it. A bare name is looked for in PATH. */
const TEST_NEEDS = [
  ["rsync", "rsync"],
  ["sqlite3", "sqlite3"],
  ["setfattr", "attr"],
  ["setfacl", "acl"],
  ["git", "git"],
  ["gcc", "gcc"],
  ["/usr/include/stdio.h", "libc6-dev"],
  ["make", "make"],
  ["mkfs.ext4", "e2fsprogs"],
  ["ps", "procps"],
  ["mandoc", "mandoc"],
  ["zsh", "zsh"],
  ["fish", "fish"],
  // test/lab boots real hosts: these programs, the keys of what is installed in them, and the package that is made for them.
  ["systemd-nspawn", "systemd-container"],
  ["mmdebstrap", "mmdebstrap"],
  ["/usr/share/keyrings/debian-archive-keyring.gpg", "debian-archive-keyring"],
  ["ip", "iproute2"],
  ["nft", "nftables"],
  ["dpkg-buildpackage", "dpkg-dev"],
  ["dh", "debhelper"],
  ["strip", "binutils"],
];

/** The same for the packages: packaging/check.ts does nothing where one of them is missing. */
const PACKAGE_NEEDS = [
  ["dpkg-buildpackage", "dpkg-dev"],
  ["dh", "debhelper"],
  ["strip", "binutils"],
  ["lintian", "lintian"],
  ["rpmbuild", "rpm"],
  ["rpmlint", "rpmlint"],
];

const say = (text) => console.error(`setup: ${text}`);

function fail(text) {
  say(text);
  process.exit(1);
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])) return;
  fail(
    `pohmelfs needs Node ${NODE_MIN.join(".")} or newer; this is ${process.versions.node}. ` +
      "Debian 13 has it as the package nodejs; for others see https://nodejs.org/en/download",
  );
}

/** npm writes node_modules/.package-lock.json at the end of a successful install: it tells whether, and when, that was. */
function packagesAreCurrent() {
  const done = join(root, "node_modules/.package-lock.json");
  const lock = join(root, "package-lock.json");
  return existsSync(done) && (!existsSync(lock) || statSync(done).mtimeMs >= statSync(lock).mtimeMs);
}

function installPackages() {
  if (packagesAreCurrent()) return;
  say("npm ci (once; takes about half a minute)");
  // Its own output goes to stderr: stdout belongs to the results of whoever called us.
  const { status, error } = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (error) fail(`npm cannot be started (${error.message}): it comes with Node`);
  if (status !== 0) fail("npm ci failed; its message is above");
}

function build() {
  const { status } = spawnSync(process.execPath, [join(root, "scripts/build.mjs")], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) fail("the build failed; its message is above");
}

/** Programs of administrators are found even where PATH lacks their folders, as it does for ordinary users of Debian. */
const PATHS = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];

const isThere = (file) =>
  file.startsWith("/") ? existsSync(file) : PATHS.some((folder) => folder !== "" && existsSync(join(folder, file)));

function apt(...args) {
  const { status } = spawnSync("apt-get", args, {
    stdio: ["ignore", 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  return status === 0;
}

/**
 * Brings what the tests, or the packages, use. What cannot be had is said, and is no failure: what needs it is skipped.
 *
 * @param {[string, string][]} needs
 * @param {string} users Who needs it.
 */
function installPrograms(needs, users) {
  const missing = () => needs.filter(([file]) => !isThere(file));
  const wanted = missing().map(([, name]) => name);
  if (wanted.length === 0) return;
  if (process.getuid?.() === 0 && isThere("apt-get")) {
    say(`apt-get install ${wanted.join(" ")} (${users} use them)`);
    const quiet = ["-qq", "-o", "Dpkg::Use-Pty=0"];
    // Without lists there is nothing to install from; with old lists an install may still do.
    apt("update", ...quiet);
    apt("install", "-y", "--no-install-recommends", ...quiet, ...wanted);
  }
  const still = missing();
  if (still.length === 0) return;
  say(`${users} that need ${still.map(([file]) => file).join(", ")} will be skipped. To have them, install`);
  say(`    ${still.map(([, name]) => name).join(" ")}    (names of Debian's packages)`);
}

checkNode();
installPackages();
if (process.argv.includes("--build")) build();
if (process.argv.includes("--test")) installPrograms(TEST_NEEDS, "tests");
if (process.argv.includes("--packages")) installPrograms(PACKAGE_NEEDS, "packages");
