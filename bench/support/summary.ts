import { median, type Spread, spreadOf } from './statistics.ts';

/** Figures by name, in the order in which they are shown. The name ends with the unit where it needs one. */
export type Figures = Record<string, number>;

/** What one contender did in one round. */
export interface Measured {
  /** Which part of the row: `cold`, `70 at one instant`. */
  what: string;
  who: string;
  /** From 1. Ratios compare what was measured in the same round. */
  round: number;
  figures: Figures;
}

/** A bound of one figure of ours, by itself or as a multiple of somebody else's figure of the same name. */
export interface Aim {
  what: string;
  figure: string;
  bound: 'at most' | 'at least';
  value: number;
  /** With it, `value` is a multiple of this contender's figure. */
  of?: string;
}

export interface Verdict {
  aim: Aim;
  /** Ours, or the median over the rounds of ours by theirs. */
  found: number;
  met: boolean;
  text: string;
}

export interface Line {
  what: string;
  who: string;
  figures: Record<string, Spread>;
}

/** One line for each part and contender, in the order in which they were measured first. */
export function linesOf(measured: readonly Measured[]): Line[] {
  const groups = new Map<string, Measured[]>();
  for (const one of measured) {
    const key = JSON.stringify([one.what, one.who]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map((rounds) => {
    const [{ what, who, figures }] = rounds as [Measured];
    const spreads = Object.keys(figures).map((name) => [
      name,
      spreadOf(rounds.map((round) => round.figures[name] ?? Number.NaN)),
    ]);
    return { what, who, figures: Object.fromEntries(spreads) };
  });
}

/** The median of `who`'s figure by that of `of`, round by round; NaN where one of them is missing. */
export function ratioOf(
  measured: readonly Measured[],
  { what, figure, who, of }: { what: string; figure: string; who: string; of: string },
): number {
  const own = measured.filter((one) => one.what === what && one.who === who);
  const ratios = own.flatMap(({ round, figures }) => {
    const other = measured.find((one) => one.what === what && one.who === of && one.round === round);
    const [mine, theirs] = [figures[figure], other?.figures[figure]];
    return mine === undefined || theirs === undefined ? [] : [mine / theirs];
  });
  return median(ratios);
}

/** @param who whose aims they are; an aim that nothing was measured for is left out */
export function verdictsOf(measured: readonly Measured[], aims: readonly Aim[], who: string): Verdict[] {
  return aims.flatMap((aim) => {
    const { what, figure, of } = aim;
    const own = measured.filter((one) => one.what === what && one.who === who).map((one) => one.figures[figure]);
    const found = of === undefined ? median(own as number[]) : ratioOf(measured, { what, figure, who, of });
    return Number.isFinite(found) ? [verdictOf(aim, found)] : [];
  });
}

function verdictOf(aim: Aim, found: number): Verdict {
  const met = aim.bound === 'at most' ? found <= aim.value : found >= aim.value;
  const missing = Math.round(Math.abs(found / aim.value - 1) * 100);
  const unit = aim.of === undefined ? '' : ` × ${aim.of}`;
  const by = aim.value === 0 ? '' : ` by ${missing} %`;
  const text = `${aim.what}, ${aim.figure} ${aim.bound} ${aim.value}${unit}: ${shown(found)}${unit}, ${met ? 'met' : `missed${by}`}`;
  return { aim, found, met, text };
}

/** Three digits that count, never an exponent: 0.0123, 1.23, 12.3, 1,234. */
export function shown(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  const digits = size === 0 ? 0 : Math.min(4, Math.max(0, 2 - Math.floor(Math.log10(size))));
  return Number(value.toFixed(digits)).toLocaleString('en-US', { maximumFractionDigits: digits });
}
