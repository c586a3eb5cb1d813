/** The known name that a misspelt one is close to, or null. Short names (up to 4 letters) allow one slip, longer ones two. */
export function closest(name: string, known: readonly string[]): string | null {
  const text = name.toLowerCase();
  let best: { name: string; slips: number } | null = null;
  for (const candidate of known) {
    const slips = slipsBetween(text, candidate);
    if (slips <= (candidate.length <= 4 ? 1 : 2) && (!best || slips < best.slips)) best = { name: candidate, slips };
  }
  return best?.name ?? null;
}

/** Letters left out, added or changed, and neighbours swapped (optimal string alignment). */
function slipsBetween(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i]);
  const at = (i: number, j: number) => rows[i]?.[j] ?? Number.POSITIVE_INFINITY;
  for (let j = 1; j <= b.length; j += 1) (rows[0] as number[])[j] = j;
  for (let i = 1; i <= a.length; i += 1) {
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      (rows[i] as number[])[j] = Math.min(
        ...[at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + same],
        swapped ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
  }
  return at(a.length, b.length);
}
