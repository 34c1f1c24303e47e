import type { ContentOp } from "./calls.ts";
import type { Model } from "./linearize.ts";

type Content = { readonly text: string; readonly mode: number };

/** A file: its bytes and its mode. */
export const contentModel = (mode: number): Model<Content, ContentOp> => ({
  initial: { text: "", mode },
  step,
  key: (content) => `${content.mode} ${content.text}`,
  keys: () => undefined,
  isRead: ({ kind }) => kind === "part" || kind === "size" || kind === "sizeAtMost" || kind === "mode",
});

const resized = (text: string, size: number): string => text.slice(0, size).padEnd(size, "\0");

function step(content: Content, op: ContentOp): Content | undefined {
  const { text, mode } = content;
  switch (op.kind) {
    case "write": {
      const before = resized(text, Math.max(text.length, op.offset));
      return { text: before.slice(0, op.offset) + op.data + before.slice(op.offset + op.data.length), mode };
    }
    case "append":
      return { text: text + op.data, mode };
    case "truncate":
      return { text: resized(text, op.size), mode };
    case "chmod":
      return { text, mode: op.mode };
    case "part":
      return text.startsWith(op.data, op.offset) ? content : undefined;
    case "size":
      return text.length === op.size ? content : undefined;
    case "sizeAtMost":
      return text.length <= op.size ? content : undefined;
    case "mode":
      return mode === op.mode ? content : undefined;
  }
}
