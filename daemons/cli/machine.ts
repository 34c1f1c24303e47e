export const DEFAULT_CONFIG = "/etc/pohmelfs.yaml";

/** @returns The configuration that is meant: as given, else $POHMELFS_CONFIG, else the one in /etc. */
export const configPath = (given: string | undefined): string =>
  given ?? process.env["POHMELFS_CONFIG"] ?? DEFAULT_CONFIG;
