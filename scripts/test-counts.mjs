/**
 * A reporter for `node --test`: one JSON object with the runner's own counts and every skipped test with its reason.
 * scripts/test.mjs adds up those of its steps.
 */
const COUNTS = ["tests", "suites", "pass", "fail", "cancelled", "skipped", "todo", "duration_ms"];

export default async function* counts(source) {
  const total = Object.fromEntries(COUNTS.map((name) => [name, 0]));
  const skipped = [];
  const failed = [];
  for await (const { type, data } of source) {
    if (type === "test:diagnostic" && data.nesting === 0) {
      const [name, value] = data.message.split(" ");
      // A diagnostic of a test may look alike, and comes earlier: the runner's own are the last.
      if (name in total && Number.isFinite(Number(value))) total[name] = Number(value);
    }
    if ((type === "test:pass" || type === "test:fail") && data.skip !== undefined && data.skip !== false) {
      skipped.push({ name: data.name, file: data.file, because: data.skip === true ? "" : String(data.skip) });
    } else if (type === "test:fail") {
      failed.push({ name: data.name, file: data.file });
    }
  }
  yield JSON.stringify({ total, skipped, failed });
}
