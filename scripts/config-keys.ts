/** The keys of pohmelfs.yaml as the schema has them, for their page and their manual. */
import { stringify } from "yaml";

/** As much of JSON Schema as pohmelfs.schema.json uses. */
export type Schema = {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly allOf?: readonly Schema[];
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly "x-since"?: string;
};

export type Key = {
  /** From the root, such as `servers.NAME.port`, `mounts[].at`. */
  readonly path: string;
  readonly schema: Schema;
  readonly needed: boolean;
};

/** All keys, each before those below it, in the order of the schema. References are resolved. */
export function keysOf(root: Schema): Key[] {
  return below(root, "");

  function below(schema: Schema, prefix: string): Key[] {
    return Object.entries(schema.properties ?? {}).flatMap(([name, reference]) => {
      const property = resolved(reference);
      const path = `${prefix}${name}`;
      const { additionalProperties: each } = property;
      return [
        { path, schema: property, needed: schema.required?.includes(name) === true },
        ...below(property, `${path}.`),
        ...(typeof each === "object" ? below(resolved(each), `${path}.NAME.`) : []),
        ...(property.items === undefined ? [] : below(resolved(property.items), `${path}[].`)),
      ];
    });
  }

  /** What a schema says itself goes before what it refers to. */
  function resolved(schema: Schema): Schema {
    const { $ref, allOf = [], ...own } = schema;
    const parts = [...allOf, ...($ref === undefined ? [] : [root.$defs?.[$ref.slice("#/$defs/".length)] ?? {}])];
    return Object.assign({}, ...parts.map(resolved), own, { kind: $ref ?? allOf[0]?.$ref });
  }
}

/** What a reader wants to know of a key, in words. Text that is to be written as it stands is in backticks. */
export type KeyFacts = {
  readonly description: string;
  readonly type: string;
  /** What holds without it. */
  readonly fallback: string;
  /** Lines as they stand in a file. */
  readonly examples: readonly string[];
  /** The first version that knows it. */
  readonly since: string;
};

export function factsOf({ path, schema, needed }: Key): KeyFacts {
  const fallback = schema.default === undefined ? "none" : `\`${inYaml(schema.default)}\``;
  const name = path.split(".").at(-1)?.replace("[]", "") ?? "";
  return {
    description: schema.description ?? "",
    type: valuesText(path, schema),
    fallback: needed ? "none, it is needed" : fallback,
    examples: (schema.examples ?? []).map((example) => `${name}: ${inYaml(example)}`),
    since: schema["x-since"] ?? "",
  };
}

/** The key's part of docs/options.md. */
export function keyText(key: Key): string {
  const { description, type, fallback, examples, since } = factsOf(key);
  const shown = examples.map((example) => `\`${example}\``).join(", ");
  const lines = [
    `- type: ${type}`,
    `- default: ${fallback}`,
    ...(shown === "" ? [] : [`- example: ${shown}`]),
    `- since: ${since}`,
  ];
  return `${key.path.includes(".") ? "###" : "##"} \`${key.path}\`\n\n${description}\n\n${lines.join("\n")}\n`;
}

const KINDS: Readonly<Record<string, string>> = {
  address: "an IPv4 or IPv6 address",
  directory: "an absolute path",
  duration: "a duration",
  groupName: "the name of a group",
  hostName: "a host name",
  size: "a size",
};

function valuesText(path: string, schema: Schema & { readonly kind?: string }): string {
  const kind = KINDS[schema.kind?.slice("#/$defs/".length) ?? ""];
  if (kind !== undefined) return kind;
  if (schema.const !== undefined) return `always \`${inYaml(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${inYaml(value)}\``).join(", ");
  const [type = ""] = [schema.type ?? ""].flat();
  if (type === "integer") return `a whole number, ${schema.minimum} to ${schema.maximum}`;
  if (type === "boolean") return "`true` or `false`";
  if (type === "array") return "a list";
  if (type !== "object") throw new Error(`${path}: nobody says in words what may stand there`);
  return typeof schema.additionalProperties === "object" ? "a map, by name" : "a map";
}

function inYaml(value: unknown): string {
  return stringify(value, { collectionStyle: "flow", lineWidth: 0, nullStr: "" }).trim();
}
