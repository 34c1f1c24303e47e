import type { ConfigFile } from "./generated/config-file.ts";

/** A configuration file of which any part may be missing or was faulty; what is there has the right type. */
export type Draft = Partially<ConfigFile>;

type Partially<T> = T extends readonly (infer Item)[]
  ? readonly (Partially<Item> | undefined)[]
  : T extends object
    ? { readonly [K in keyof T]?: Partially<T[K]> | undefined }
    : T;
