/** What systemctl(1) shows of one unit: property → value. */
export type UnitProperties = ReadonlyMap<string, string>;

/** @param text Of `systemctl show`: lines of `NAME=value`, an empty line between units. */
export function parseShow(text: string): UnitProperties[] {
  return text
    .split(/\n\n+/)
    .map((block) => {
      const pairs = block.split("\n").flatMap((line): (readonly [string, string])[] => {
        const at = line.indexOf("=");
        return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
      });
      return new Map(pairs);
    })
    .filter(({ size }) => size > 0);
}
