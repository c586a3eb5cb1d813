import type { components } from '../../../src/client/index.ts';
import { pauses } from '../../texts/pauses.ts';

export type Scope = components['schemas']['Pause']['scope'];

/** What a pause covers, in words. */
export function scopeText(scope: Scope): string {
  const texts = pauses.value;
  if ('account' in scope) return texts.account(scope.account);
  if ('seriesId' in scope) return texts.series(scope.seriesId);
  if (!('label' in scope)) return texts.everything;
  const { label } = scope;
  return texts.label(
    typeof label === 'string'
      ? label
      : Object.entries(label)
          .map((pair) => pair.join('='))
          .join(),
  );
}
