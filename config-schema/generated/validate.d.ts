// Made by scripts/make-validator.ts from pohmelfs.schema.json. Do not edit.
import type { ConfigFile } from "./config-file.ts";

/** One thing that the schema does not allow, as Ajv tells it. */
export type SchemaError = {
  /** JSON pointer to the value. */
  readonly instancePath: string;
  /** What of the schema is not kept, such as `required`. */
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
