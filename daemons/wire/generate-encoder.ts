/**
 * The source of the function that encodes one kind of message. The numbers of bytes are added up first, so that the
 * frame is allocated once and written once.
 */
import { countKind, shapesOf, tailOf, type MessageSpec, type NumberKind, type Shape, type ShapeMap } from "./field.ts";
import { HEADER } from "./header.ts";
import { leastBytes, NUMBER_BYTES } from "./shape-bytes.ts";

/** Collects lines, and hands out names of local variables. */
type Source = { readonly lines: string[]; variables: number };
const local = (source: Source, prefix: string): string => `${prefix}${source.variables++}`;

/** Is there anything but {@link leastBytes}? */
function varies(shape: Shape): boolean {
  switch (shape.kind) {
    case "bytes":
    case "name":
    case "text":
    case "list":
      return true;
    case "struct":
      return Object.values(shape.fields).some(varies);
    default:
      return false;
  }
}

/** Lines that add to `size` what a value has beyond {@link leastBytes}. */
function addSizes(source: Source, shape: Shape, value: string): void {
  switch (shape.kind) {
    case "bytes":
    case "name":
      source.lines.push(`size += ${value}.length;`);
      return;
    case "text":
      source.lines.push(`size += textBytes(${value}, ${shape.max});`);
      return;
    case "list":
      source.lines.push(`size += ${value}.length * ${leastBytes(shape.of)};`);
      if (varies(shape.of)) {
        const element = local(source, "e");
        source.lines.push(`for (const ${element} of ${value}) {`);
        addSizes(source, shape.of, element);
        source.lines.push("}");
      }
      return;
    case "struct":
      for (const [key, field] of Object.entries(shape.fields)) addSizes(source, field, `${value}.${key}`);
      return;
    default:
      return;
  }
}

/** The line that writes a number, after one that throws where it does not fit: a bug of the caller. */
function writeNumber(source: Source, kind: NumberKind, value: string, path: string): void {
  const { lines } = source;
  const n = local(source, "n");
  lines.push(`const ${n} = ${value};`);
  const refuse = `wrong(${JSON.stringify(path)}, ${n})`;
  if (kind === "u53" || kind === "i53") {
    const fits = `Number.isSafeInteger(${n})${kind === "u53" ? ` && ${n} >= 0` : ""}`;
    lines.push(`if (!(${fits})) ${refuse};`);
    // ToUint32 is modulo 2^32, also of negative numbers and of those above 2^32.
    lines.push(
      `view.setUint32(at, ${n} >>> 0, true);`,
      `view.setUint32(at + 4, Math.floor(${n} / 4294967296) >>> 0, true);`,
    );
  } else {
    const bits = 8 * NUMBER_BYTES[kind];
    lines.push(`if (!(${n} >>> 0 === ${n}${bits < 32 ? ` && ${n} < ${2 ** bits}` : ""})) ${refuse};`);
    lines.push(kind === "u8" ? `view.setUint8(at, ${n});` : `view.setUint${bits}(at, ${n}, true);`);
  }
  lines.push(`at += ${NUMBER_BYTES[kind]};`);
}

/** Lines that write a value at `at` of `view` and, by absolute offset less `base`, of `frame`. */
function writeValue(source: Source, shape: Shape, value: string, path: string): void {
  const { lines } = source;
  switch (shape.kind) {
    case "struct":
      for (const [key, field] of Object.entries(shape.fields))
        writeValue(source, field, `${value}.${key}`, `${path}.${key}`);
      return;
    case "list": {
      lines.push(`if (${value}.length > ${shape.max}) wrong(${JSON.stringify(`${path}.length`)}, ${value}.length);`);
      writeNumber(source, countKind(shape.max), `${value}.length`, path);
      const element = local(source, "e");
      lines.push(`for (const ${element} of ${value}) {`);
      writeValue(source, shape.of, element, `${path}[]`);
      lines.push("}");
      return;
    }
    case "name": {
      lines.push(`if (${value}.length > ${shape.max}) wrong(${JSON.stringify(`${path}.length`)}, ${value}.length);`);
      writeNumber(source, "u16", `${value}.length`, path);
      const after = local(source, "a");
      lines.push(`const ${after} = writeName(frame, at - base, ${value});`);
      lines.push(`if (${after} < 0) wrong(${JSON.stringify(path)}, ${value});`, `at = ${after} + base;`);
      return;
    }
    case "text": {
      const length = local(source, "l");
      lines.push(`const ${length} = textBytes(${value}, ${shape.max});`);
      writeNumber(source, countKind(shape.max), length, path);
      lines.push(`at = writeText(frame, at - base, ${value}, ${length}) + base;`);
      return;
    }
    case "bytes":
      writeLength(source, shape.max, value, path);
      lines.push(`frame.set(${value}, at - base);`, `at += ${value}.length;`);
      return;
    default:
      writeNumber(source, shape.kind, value, path);
  }
}

function writeLength(source: Source, max: number, value: string, path: string): void {
  source.lines.push(`if (${value}.length > ${max}) wrong(${JSON.stringify(`${path}.length`)}, ${value}.length);`);
  writeNumber(source, "u32", `${value}.length`, path);
}

/** Every field but the tail, whose length is written and whose bytes are only counted. */
function writeBody(source: Source, spec: MessageSpec, shapes: ShapeMap): void {
  const tail = tailOf(spec.fields);
  for (const [key, shape] of Object.entries(shapes)) {
    const path = `${spec.kind}.${key}`;
    if (key === tail && shape.kind === "bytes") writeLength(source, shape.max, `m.${key}`, path);
    else writeValue(source, shape, `m.${key}`, path);
  }
}

/**
 * @returns Source of `(m, request, epoch, apart, textBytes, …) => Buffer`: see codec.ts for how it is bound.
 */
export function encoderSource(spec: MessageSpec): string {
  const shapes = shapesOf(spec.fields);
  const tail = tailOf(spec.fields);
  const source: Source = { lines: [], variables: 0 };
  const { lines } = source;
  const body: Shape = { kind: "struct", fields: shapes };
  lines.push(`let size = ${HEADER.bytes + leastBytes(body)};`);
  addSizes(source, body, "m");
  lines.push(`if (size > limit) wrong(${JSON.stringify(spec.kind)}, size);`);
  lines.push(
    tail === undefined
      ? "const frame = allocate(size);"
      : `const frame = allocate(apart ? size - m.${tail}.length : size);`,
  );
  lines.push("const view = viewOf(frame), base = frame.byteOffset;", "let at = base;");
  lines.push(`view.setUint32(at, size, true);`, `view.setUint32(at + ${HEADER.type}, ${spec.type}, true);`);
  lines.push(`view.setUint32(at + ${HEADER.reserved}, 0, true);`, `at += ${HEADER.request};`);
  writeNumber(source, "u32", "request", `${spec.kind}: request`);
  lines.push(`at += ${HEADER.epoch - HEADER.request - 4};`);
  writeNumber(source, "u53", "epoch", `${spec.kind}: epoch`);
  writeBody(source, spec, shapes);
  if (tail !== undefined) lines.push(`if (!apart) frame.set(m.${tail}, at - base);`);
  lines.push("return frame;");
  return lines.join("\n");
}
