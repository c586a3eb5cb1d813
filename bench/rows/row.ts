import type { Sizes } from '../support/arguments.ts';
import type { Contender } from '../support/contenders.ts';
import type { Account } from '../support/stage.ts';
import type { Aim, Figures, Measured } from '../support/summary.ts';

export interface RowContext {
  sizes: Sizes;
  /** Those that can be measured here. */
  peers: Contender[];
  /** Tells the person who waits. */
  progress(text: string): void;
}

export interface RowResult {
  measured: Measured[];
  aims: Aim[];
  /** Figures that are also shown as a multiple of `against`. */
  ratios: string[];
  against: string;
  notes?: string[];
}

/** One row of the table: what is measured, of all contenders, round by round. */
export interface Row {
  name: string;
  title: string;
  run(context: RowContext): Promise<RowResult>;
}

/**
 * Measures all in turn, then all again: what the machine does meanwhile meets each of them. Who goes first changes with the round.
 * One that fails is left out from then on, and said so.
 */
export async function alternate<One extends { name: string }>(
  { sizes, progress }: RowContext,
  all: One[],
  measure: (one: One) => Promise<{ what: string; figures: Figures }[]>,
): Promise<{ measured: Measured[]; notes: string[] }> {
  const measured: Measured[] = [];
  const notes: string[] = [];
  const failed = new Set<string>();
  for (let round = 1; round <= sizes.rounds; round += 1) {
    for (let i = 0; i < all.length; i += 1) {
      const one = all[(i + round - 1) % all.length] as One;
      if (failed.has(one.name)) continue;
      progress(`round ${round} of ${sizes.rounds}, ${one.name}`);
      try {
        const found = await measure(one);
        measured.push(...found.map(({ what, figures }) => ({ what, who: one.name, round, figures })));
      } catch (error) {
        failed.add(one.name);
        notes.push(`${one.name} failed in round ${round}: ${(error as Error).message}`);
      }
    }
  }
  const order = new Map(all.map(({ name }, i) => [name, i]));
  measured.sort((a, b) => (order.get(a.who) ?? 0) - (order.get(b.who) ?? 0));
  return { measured, notes };
}

export function accountsOf(count: number, plan: Account['plan']): Account[] {
  return Array.from({ length: count }, (_, i) => ({ name: `a${i}`, plan }));
}
