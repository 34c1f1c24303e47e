/**
 * The source of the function that decodes one kind of message. Every length is checked against its limit and against
 * the end of the frame before anything is read or allocated.
 */
import { countKind, shapesOf, type MessageSpec, type NumberKind, type Shape } from "./field.ts";
import { leastBytes, NUMBER_BYTES } from "./shape-bytes.ts";

/** `run` holds reads of numbers that follow each other; they share one check of the end. */
type Source = { readonly lines: string[]; run: string[]; runBytes: number; variables: number };
const local = (source: Source, prefix: string): string => `${prefix}${source.variables++}`;

const returnFault = (text: string): string => `return ${JSON.stringify(text)};`;

/** Ends a run: the check first, then the reads. */
function endRun(source: Source, kind: string): void {
  if (source.runBytes > 0) {
    source.lines.push(`if (end - at < ${source.runBytes}) ${returnFault(`${kind}: ends within its fields`)}`);
    source.lines.push(...source.run, `at += ${source.runBytes};`);
  }
  source.run = [];
  source.runBytes = 0;
}

/** Adds a number to the run. @returns The expression of its value, valid after the run. */
function readNumber(source: Source, kind: NumberKind, path: string): string {
  const at = `at + ${source.runBytes}`;
  const n = local(source, "n");
  source.runBytes += NUMBER_BYTES[kind];
  if (kind === "u8") source.run.push(`const ${n} = view.getUint8(${at});`);
  else if (kind === "u16") source.run.push(`const ${n} = view.getUint16(${at}, true);`);
  else if (kind === "u32") source.run.push(`const ${n} = view.getUint32(${at}, true);`);
  else {
    const get = kind === "u53" ? "getUint32" : "getInt32";
    source.run.push(
      `const ${n} = view.${get}(${at} + 4, true) * 4294967296 + view.getUint32(${at}, true);`,
      // From 2^53 on the product is inexact, but never below 2^53: so this check refuses all that are not safe.
      `if (${n} > 9007199254740991${kind === "i53" ? ` || ${n} < -9007199254740991` : ""}) ${returnFault(`${path}: beyond 53 bits`)}`,
    );
  }
  return n;
}

/** Reads a length and checks it. @returns Its variable; `at` is behind it. */
function readLength(source: Source, kind: NumberKind, max: number, least: number, path: string): string {
  const n = readNumber(source, kind, path);
  endRun(source, path);
  source.lines.push(`if (${n} > ${max}) ${returnFault(`${path}: over its limit of ${max}`)}`);
  source.lines.push(
    `if (end - at < ${n}${least > 1 ? ` * ${least}` : ""}) ${returnFault(`${path}: ends within its fields`)}`,
  );
  return n;
}

/** @returns The expression of the value, valid once the run has ended. */
function readValue(source: Source, shape: Shape, path: string): string {
  const { lines } = source;
  switch (shape.kind) {
    case "struct": {
      const parts = Object.entries(shape.fields).map(
        ([key, field]) => `${key}: ${readValue(source, field, `${path}.${key}`)}`,
      );
      return `{ ${parts.join(", ")} }`;
    }
    case "list": {
      const count = readLength(source, countKind(shape.max), shape.max, leastBytes(shape.of), path);
      const [elements, i] = [local(source, "l"), local(source, "i")];
      lines.push(`const ${elements} = [];`, `for (let ${i} = 0; ${i} < ${count}; ${i}++) {`);
      const element = readValue(source, shape.of, `${path}[]`);
      endRun(source, path);
      lines.push(`${elements}.push(${element});`, "}");
      return elements;
    }
    case "bytes": {
      const length = readLength(source, "u32", shape.max, 1, path);
      const value = local(source, "b");
      lines.push(`const ${value} = bytes.subarray(at, at + ${length});`, `at += ${length};`);
      return value;
    }
    case "name":
    case "text": {
      const length = readLength(source, shape.kind === "name" ? "u16" : countKind(shape.max), shape.max, 1, path);
      const value = local(source, "s");
      lines.push(`const ${value} = ${shape.kind === "name" ? "readName" : "readText"}(bytes, at, at + ${length});`);
      lines.push(
        `if (${value} === undefined) ${returnFault(`${path}: ${shape.kind === "name" ? "has a zero byte" : "is no UTF-8"}`)}`,
      );
      lines.push(`at += ${length};`);
      return value;
    }
    default:
      return readNumber(source, shape.kind, path);
  }
}

/**
 * @returns Source of `(bytes, view, at, end) => Message | string`: see codec.ts for how it is bound. A string says
 * what is wrong.
 */
export function decoderSource(spec: MessageSpec): string {
  const source: Source = { lines: [], run: [], runBytes: 0, variables: 0 };
  const parts = Object.entries(shapesOf(spec.fields)).map(
    ([key, shape]) => `${key}: ${readValue(source, shape, `${spec.kind}.${key}`)}`,
  );
  endRun(source, spec.kind);
  source.lines.push(`if (at !== end) ${returnFault(`${spec.kind}: has bytes after its fields`)}`);
  source.lines.push(`return { ${[`kind: ${JSON.stringify(spec.kind)}`, ...parts].join(", ")} };`);
  return source.lines.join("\n");
}
