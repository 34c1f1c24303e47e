import assert from "node:assert/strict";
import test from "node:test";
import { type Diagnostic, diagnosticAt, diagnosticOfFile } from "./diagnostic.ts";
import { renderDiagnostic } from "./render-diagnostic.ts";

function at(text: string, part: string): Diagnostic {
  const start = text.indexOf(part);
  const span = { source: { path: "f.yaml", text }, start, end: start + part.length };
  return diagnosticAt(span, { code: "wrong", message: "this is wrong", hint: "that is right" });
}

test("a diagnostic is shown with its place, its line and carets under the part", () => {
  assert.equal(
    renderDiagnostic(at("a: 1\n  b: word\n", "word")),
    "f.yaml:2:6: error: this is wrong; that is right\n  2 |   b: word\n    |      ^^^^",
  );
});

test("tabs before the part are kept, so that carets stand under it", () => {
  assert.match(renderDiagnostic(at("\t\tx: y", "x")), /\n {4}\| \t\t\^$/);
});

test("a part of several lines is underlined to the end of the first", () => {
  const diagnostic = at("a:\n  b: 1\n  c: 2\n", "b: 1\n  c: 2");
  assert.deepEqual([diagnostic.line, diagnostic.column, diagnostic.endColumn], [2, 3, 7]);
});

test("an empty part has one caret", () => {
  const diagnostic = at("a: ''", "");
  assert.equal(diagnostic.endColumn, diagnostic.column + 1);
});

test("of a long line the part around the place is shown", () => {
  const [, line = "", carets = ""] = renderDiagnostic(at(`${"x".repeat(500)}HERE${"y".repeat(500)}`, "HERE")).split(
    "\n",
  );
  assert.ok(line.length < 120);
  assert.equal(line.slice(carets.indexOf("^"), carets.lastIndexOf("^") + 1), "HERE");
});

test("what a terminal would obey is not passed on", () => {
  const text = renderDiagnostic(at("\u001b[2J\u0007 \u202e word", "word"));
  assert.doesNotMatch(text, /[\u001b\u0007\u202e]/);
});

test("colour is used only when asked for", () => {
  const diagnostic = at("word", "word");
  assert.doesNotMatch(renderDiagnostic(diagnostic), /\u001b/);
  assert.match(renderDiagnostic(diagnostic, { colour: true }), /\u001b\[1;31merror:\u001b\[0m/);
  assert.match(renderDiagnostic({ ...diagnostic, severity: "warning" }, { colour: true }), /\u001b\[1;33mwarning:/);
});

test("a diagnostic of a whole file has neither line nor carets", () => {
  const diagnostic = diagnosticOfFile("f.yaml", { code: "empty", message: "the file is empty" });
  assert.equal(renderDiagnostic(diagnostic), "f.yaml: error: the file is empty");
});

test("messages have a limit, however long the names in the file are", () => {
  const { message } = diagnosticOfFile("f.yaml", { code: "long", message: "x".repeat(10_000) });
  assert.ok(message.length < 400);
});
