/** One word of `-o`: `name` or `name=value`. */
export type Option = { readonly name: string; readonly value: string | undefined };

/**
 * Splits `a,b=1,c="x,y"` at its commas but those within double quotes, which are taken off, as libmount does (mount(8),
 * "COMMAND-LINE OPTIONS", -o). Empty words are left out. A quote that is not closed reaches to the end.
 */
export function splitOptions(text: string): Option[] {
  const options: Option[] = [];
  let word = "";
  let quoted = false;
  const end = (): void => {
    const equals = word.indexOf("=");
    if (equals < 0 && word !== "") options.push({ name: word, value: undefined });
    else if (equals >= 0) options.push({ name: word.slice(0, equals), value: word.slice(equals + 1) });
    word = "";
  };
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    else if (character === "," && !quoted) end();
    else word += character;
  }
  end();
  return options;
}
