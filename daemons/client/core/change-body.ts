import type { Change } from "../../wire/messages.ts";

/** A change less its origin, which is filled in when it is numbered. Distributes over the union, so each kind keeps its own fields. */
export type ChangeBody = Change extends infer One ? (One extends Change ? Omit<One, "origin"> : never) : never;

/** The body of one kind of change. */
export type BodyOf<Kind extends Change["kind"]> = Extract<ChangeBody, { readonly kind: Kind }>;
