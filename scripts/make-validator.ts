/**
 * Makes `config-schema/generated/` from the schema: `validate.js` with its types (Ajv standalone code, so that no program
 * carries or runs Ajv's compiler) and `config-file.ts` (the shape of the YAML file).
 * With `--check` it writes nothing and exits 1 when a file there is out of step.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import standaloneModule from "ajv/dist/standalone/index.js";
import { compile } from "json-schema-to-typescript";

// A CommonJS module: its types say that this is the function, at run time it is the module.
const standaloneCode =
  "default" in standaloneModule ? (standaloneModule.default as typeof standaloneModule) : standaloneModule;
const SCHEMA = new URL("../config-schema/pohmelfs.schema.json", import.meta.url);
const FOLDER = new URL("../config-schema/generated/", import.meta.url);
const BANNER = "// Made by scripts/make-validator.ts from pohmelfs.schema.json. Do not edit.\n";

/** Ajv's code for the schema, with no import left in it. */
function validatorCode(schema: object): string {
  // Formats are for editors: config-schema/checks/addresses.ts says better what is wrong with an address.
  const ajv = new Ajv2020({
    strict: true,
    allErrors: true,
    allowUnionTypes: true,
    validateFormats: false,
    verbose: true,
    messages: false,
    code: { source: true, esm: true, lines: true },
  });
  ajv.addVocabulary(["patternErrorMessage"]);
  const code = standaloneCode(ajv, ajv.compile(withoutText(schema) as object));
  // minLength or uniqueItems of objects would bring parts of Ajv along; the schema does without.
  if (/\brequire\(|^import /m.test(code)) throw new Error("the validator needs parts of Ajv at run time");
  return `${BANNER}${code}\n`;
}

/** For people and editors; an error carries the schema that it breaks, so these would all be in the programs. */
const TEXT = new Set(["description", "x-since"]);

function withoutText(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutText);
  if (typeof schema !== "object" || schema === null) return schema;
  const entries = Object.entries(schema).filter(
    ([key, value]) => !TEXT.has(key) || (typeof value === "object" && !Array.isArray(value)),
  );
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutText(value)]));
}

/** Without titles, defaults and the `allOf` around references, from which json-schema-to-typescript would make a type each. */
function withoutNames(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutNames);
  if (typeof schema !== "object" || schema === null) return schema;
  const entries = Object.entries(schema);
  const leaf = entries.some(([key, value]) => key === "pattern" || (key === "anyOf" && Array.isArray(value)));
  return Object.fromEntries(
    entries
      .filter(
        ([key, value]) =>
          !((key === "title" || key === "default") && typeof value !== "object") && !(leaf && key === "anyOf"),
      )
      .map(([key, value]) => [key, withoutNames(value)]),
  );
}

const validatorTypes = `${BANNER}import type { ConfigFile } from "./config-file.ts";

/** One thing that the schema does not allow, as Ajv tells it. */
export type SchemaError = {
  /** JSON pointer to the value. */
  readonly instancePath: string;
  /** What of the schema is not kept, such as \`required\`. */
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** The schema that has the keyword. */
  readonly parentSchema: { readonly properties?: object; readonly patternErrorMessage?: string };
  /** Set when it is the name of a key that is not allowed. */
  readonly propertyName?: string;
};

export declare const validate: {
  (data: unknown): data is ConfigFile;
  /** Of the last call. */
  errors?: readonly SchemaError[] | null;
};
`;

async function main(): Promise<void> {
  const text = readFileSync(SCHEMA, "utf8");
  const fileTypes = await compile(withoutNames(JSON.parse(text)) as object, "ConfigFile", {
    bannerComment: BANNER.trim(),
    ignoreMinAndMaxItems: true,
  });
  const files: Record<string, string> = {
    "validate.js": validatorCode(JSON.parse(text)),
    "validate.d.ts": validatorTypes,
    "config-file.ts": fileTypes,
  };
  const check = process.argv.includes("--check");
  mkdirSync(FOLDER, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    const url = new URL(name, FOLDER);
    if (!check) writeFileSync(url, content);
    else if (readFileSync(url, "utf8") !== content) {
      process.stderr.write(`config-schema/generated/${name} is out of step: run scripts/make-validator.ts\n`);
      process.exitCode = 1;
    }
  }
}

await main();
