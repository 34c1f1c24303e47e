/**
 * The layers, as rules: what a folder may import. docs/architecture.md draws them. A reason stands with each rule.
 */

/** What must give the same answers to the same questions: codecs and cores. Tests beside them may use anything. */
const PURE = "^daemons/(core|wire)/|^(daemons/[^/]+|systemd)/core/";
const TEST = "[.]test[.]ts$|/testing/|^test/|^bench/";

/**
 * @param {string} folder Of daemons/.
 * @param {string[]} elsewhere Patterns of what may be imported outside of daemons/.
 */
const above = (name, comment, folder, allowed, elsewhere = []) => ({
  name,
  comment,
  severity: "error",
  from: { path: `^daemons/${folder}/`, pathNot: TEST },
  to: {
    path: "^(daemons|systemd|scripts|test|bench)/",
    pathNot: [`^daemons/(${[folder, ...allowed].join("|")})/`, ...elsewhere],
  },
});

module.exports = {
  forbidden: [
    {
      name: "core-does-no-io",
      comment: "Pure code is tested without mocks, replayed from a seed, and runs in the simulation. A digest is pure.",
      severity: "error",
      from: { path: PURE, pathNot: `${TEST}|^systemd/core/service-text[.]ts$` },
      to: { dependencyTypes: ["core", "npm", "npm-dev", "npm-optional"] },
    },
    {
      name: "core-knows-no-shell",
      comment: "The shell carries out what the core returns, never the other way round.",
      severity: "error",
      from: { path: PURE, pathNot: TEST },
      to: { path: "^(daemons|systemd|scripts)/", pathNot: [PURE, "^daemons/client/mount-order[.]ts$"] },
    },
    {
      name: "schema-is-the-floor",
      comment: "The generator and other tools load a configuration without any of the daemons.",
      severity: "error",
      from: { path: "^config-schema/" },
      to: { path: "^(daemons|systemd|packaging)/" },
    },
    above("sys-is-below", "The only place that knows libc serves all others.", "sys", ["core"]),
    above("wire-is-below", "The protocol knows neither of its two ends.", "wire", ["core"]),
    above("fuse-is-below", "The kernel's protocol knows nothing of servers.", "fuse", ["core", "sys"]),
    above("client-knows-no-server", "They meet on the wire only.", "client", ["core", "sys", "wire", "fuse"]),
    above("server-knows-no-client", "They meet on the wire only.", "fserver", ["core", "sys", "wire"]),
    above(
      "tools-start-fast",
      "Short-lived programs load no native module. Plans are of the units that the generator makes.",
      "cli",
      ["core", "wire", "client", "fuse/core"],
      ["^systemd/"],
    ),
    {
      name: "packages-are-made-from-outside",
      comment: "What a package has is a list of built files; nothing in it depends on how programs work.",
      severity: "error",
      from: { path: "^packaging/" },
      to: { path: "^(config-schema|daemons|systemd|scripts|test|bench)/" },
    },
    {
      name: "only-sys-knows-libc",
      comment: "One table of system calls, typed and tested once.",
      severity: "error",
      from: { path: "^(daemons|config-schema|systemd)/", pathNot: `^daemons/sys/|${TEST}` },
      to: { path: "node_modules/koffi/" },
    },
    {
      name: "no-tests-in-programs",
      comment: "What only tests use is not shipped.",
      severity: "error",
      from: { path: "^(daemons|config-schema|systemd)/", pathNot: TEST },
      to: { path: TEST },
    },
    {
      name: "no-cycles",
      comment: "Of two that need each other neither can be understood first.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "found",
      comment: "An import that leads nowhere.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^dist/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
