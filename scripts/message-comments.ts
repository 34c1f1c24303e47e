import ts from "typescript";

/** What the source of the message table says and its values do not: comments, sections, names of shared parts. */
export type MessageComments = {
  /** Section and comment of each exported or shared declaration, by its name. */
  readonly declarations: ReadonlyMap<string, Declaration>;
};
export type Declaration = {
  /** The words of the last `// --- section ---` line above it; empty before the first. */
  readonly section: string;
  /** Its doc comment in one line, or empty. */
  readonly comment: string;
  /** Members of the first object literal in it (fields of a message, struct or constant), in order. */
  readonly members: readonly Member[];
};
export type Member = {
  readonly name: string;
  readonly comment: string;
  /** The identifier that stands for its value, such as `oid`, or empty. */
  readonly alias: string;
  readonly members: readonly Member[];
};

const SECTION = /^\/\/ --- (.+?) -+$/gm;

/** The doc comment right above a node, as one line. */
function commentOf(node: ts.Node): string {
  const last = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).at(-1);
  const text = last === undefined ? "" : (ts.getTextOfJSDocComment(last.comment) ?? "");
  return text.replace(/\s+/g, " ").trim();
}

function firstObject(node: ts.Node): ts.ObjectLiteralExpression | undefined {
  if (ts.isObjectLiteralExpression(node)) return node;
  return ts.forEachChild(node, firstObject);
}

function aliasOf(property: ts.ObjectLiteralElementLike): string {
  if (ts.isShorthandPropertyAssignment(property)) return property.name.text;
  if (ts.isPropertyAssignment(property) && ts.isIdentifier(property.initializer)) return property.initializer.text;
  return "";
}

/** @param known Declarations that `...name` may stand for. */
function membersOf(object: ts.ObjectLiteralExpression | undefined, known: ReadonlyMap<string, Declaration>): Member[] {
  if (object === undefined) return [];
  return object.properties.flatMap((property): readonly Member[] => {
    if (ts.isSpreadAssignment(property)) return known.get(property.expression.getText())?.members ?? [];
    const inner = ts.isPropertyAssignment(property) ? firstObject(property.initializer) : undefined;
    return [
      {
        name: property.name?.getText() ?? "",
        comment: commentOf(property),
        alias: aliasOf(property),
        members: membersOf(inner, known),
      },
    ];
  });
}

/** Those of its first object literal, or of the declaration that a call names as its last argument. */
function membersOfInitializer(
  initializer: ts.Expression | undefined,
  known: ReadonlyMap<string, Declaration>,
): readonly Member[] {
  if (initializer === undefined) return [];
  const object = firstObject(initializer);
  if (object !== undefined) return membersOf(object, known);
  const last = ts.isCallExpression(initializer) ? initializer.arguments.at(-1) : undefined;
  return last === undefined ? [] : (known.get(last.getText())?.members ?? []);
}

/** @param text Source of daemons/wire/messages.ts. */
export function messageComments(text: string): MessageComments {
  const source = ts.createSourceFile("messages.ts", text, ts.ScriptTarget.Latest, true);
  const sections = [...text.matchAll(SECTION)].map((match) => ({ at: match.index, name: match[1] ?? "" }));
  const declarations = new Map<string, Declaration>();
  for (const statement of source.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const declaration of statement.declarationList.declarations) {
      const section = sections.findLast(({ at }) => at < declaration.getStart())?.name ?? "";
      const members = membersOfInitializer(declaration.initializer, declarations);
      declarations.set(declaration.name.getText(), { section, comment: commentOf(statement), members });
    }
  }
  return { declarations };
}
