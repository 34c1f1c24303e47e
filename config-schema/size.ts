const UNIT_BYTES = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4 } as const;

/**
 * A size as written in the file, in bytes, rounded to whole ones.
 * @param written A number with its unit: `512 MiB`, `1.5GiB`.
 * @returns undefined when it is none.
 */
export function sizeBytes(written: string): number | undefined {
  const [, amount, unit] = /^([0-9]+(?:\.[0-9]+)?) ?(KiB|MiB|GiB|TiB)$/.exec(written) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  return Math.round(Number(amount) * UNIT_BYTES[unit as keyof typeof UNIT_BYTES]);
}

/** The shortest exact way to write a size of whole KiB: `512 MiB`, `1 GiB`. */
export function sizeText(bytes: number): string {
  for (const unit of ["TiB", "GiB", "MiB"] as const) {
    if (bytes >= UNIT_BYTES[unit] && bytes % UNIT_BYTES[unit] === 0) return `${bytes / UNIT_BYTES[unit]} ${unit}`;
  }
  return `${bytes / UNIT_BYTES.KiB} KiB`;
}
