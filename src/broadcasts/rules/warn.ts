import type { Warning } from '../broadcast.ts';
import type { DecisionBuilder } from '../decision.ts';

/** Adds a warning and replaces an older one with the same code; false when nothing changed. */
export function warn(builder: DecisionBuilder, warning: Warning): boolean {
  const { warnings } = builder.next;
  if (warnings.some(({ code, message }) => code === warning.code && message === warning.message)) return false;
  builder.next.warnings = [...warnings.filter(({ code }) => code !== warning.code), warning];
  return true;
}
