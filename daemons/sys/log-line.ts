/** How grave an event is, gravest first; the numbers are those of syslog(3). */
export const LOG_PRIORITY = { error: 3, warning: 4, notice: 5, info: 6, debug: 7 } as const;
export type LogLevel = keyof typeof LOG_PRIORITY;

/** What is known of an event besides its text; what is undefined is left out. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export type LogEvent = { readonly level: LogLevel; readonly text: string; readonly fields: LogFields };

const PLAIN = /^[\w.:/@+,~[\]-]+$/;
// What must not reach a terminal or break a line.
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

const oneLine = (text: string): string =>
  text.replace(CONTROL, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`);

function showValue(value: string | number | boolean): string {
  if (typeof value !== "string" || PLAIN.test(value)) return String(value);
  return `"${oneLine(value.replace(/["\\]/g, "\\$&"))}"`;
}

/** @returns `text key=value key="a value"`, always one line. */
export function logText({ text, fields }: LogEvent): string {
  let line = oneLine(text);
  for (const [key, value] of Object.entries(fields)) if (value !== undefined) line += ` ${key}=${showValue(value)}`;
  return line;
}

/** A line for the journal, which stamps it itself: sd-daemon(3), `<N>` is the priority. */
export const journalLine = (event: LogEvent): string => `<${LOG_PRIORITY[event.level]}>${logText(event)}\n`;

/** A line for people and files. @param timeMs Since 1970. */
export const plainLine = (event: LogEvent, timeMs: number): string =>
  `${new Date(timeMs).toISOString()} ${event.level} ${logText(event)}\n`;
