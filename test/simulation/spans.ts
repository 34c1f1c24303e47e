/** Spans as in real life, so that time-outs mean something. */
export const SPANS = { beatMs: 1_000, suspectMs: 3_000, giveUpMs: 30_000, lapseMs: 4_100, forgetMs: 120_000 } as const;
