/**
 * How an action says with which code its program ends (`core/exit-codes.ts`): called once, as the last thing. The tree
 * of commands takes it as an argument, so that making the tree runs nothing and ends nothing.
 */
export type End = (code: number) => void;
