/** Edits that a slip of the fingers explains: one in three letters, never more than two, never all of them. */
function editsAllowed(length: number): number {
  return Math.min(2, Math.max(1, Math.floor(length / 3)), length - 1);
}

/** Candidates that are compared: a file may have thousands of names, and as many slips. */
const CANDIDATES_MAX = 300;

/** The candidate most like a word that is none of them; undefined when none is like it. */
export function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestEdits = editsAllowed(word.length) + 1;
  for (const candidate of candidates.slice(0, CANDIDATES_MAX)) {
    if (Math.abs(candidate.length - word.length) >= bestEdits) continue;
    const edits = editsBetween(word.toLowerCase(), candidate.toLowerCase());
    if (edits < bestEdits) [best, bestEdits] = [candidate, edits];
  }
  return best;
}

/** Damerau and Levenshtein's distance (optimal string alignment): letters added, dropped, changed, or two swapped. */
function editsBetween(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(change, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      row.push(least);
    }
    [before, above] = [above, row];
  }
  return above[b.length] ?? 0;
}
