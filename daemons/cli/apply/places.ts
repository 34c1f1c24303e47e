import { join } from "node:path";

/** Where generations are kept, and what is being tried. POHMELFS_STATE overrides it, for tests. */
export const stateFolder = (): string => process.env["POHMELFS_STATE"] ?? "/var/lib/pohmelfs";

export const generationsFolder = (): string => join(stateFolder(), "generations");
