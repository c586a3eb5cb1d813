import { useSignal } from '@preact/signals';
import type { components } from '../../../src/client/index.ts';
import { sourceWords } from '../../api-words.ts';
import { localTimes, numberText, timeNear } from '../../format.ts';
import { serverNow } from '../../live/clock.ts';
import { hrefToBroadcast } from '../../router.ts';
import { sources } from '../../texts/sources.ts';

export type SyncPlan = components['schemas']['SyncPlan'];

/** Lines shown at first, and added with each click. */
const STEP = 100;
/** What needs attention comes first. */
const KINDS = ['conflicting', 'skipped', 'canceled', 'vanished', 'new', 'changed', 'kept'] as const;

/** `3 new, 1 changed` */
export function countsText(counts: SyncPlan['counts']): string {
  const texts = sources.value;
  const given = KINDS.filter((kind) => counts[kind] > 0).map(
    (kind) => `${numberText(counts[kind])} ${texts.counts[kind]}`,
  );
  return given.length === 0 ? texts.nothing : given.join(', ');
}

/** What a sync did or would do, by kind. */
export function PlanOfSync({ plan }: { plan: SyncPlan }) {
  return (
    <div class="sync-plan">
      <p role="status">
        <strong>{countsText(plan.counts)}</strong>
      </p>
      {plan.reason !== null && <p class="bad">{sourceWords(plan.reason)}</p>}
      {KINDS.filter((kind) => plan[kind].length > 0).map((kind) => (
        <Lines key={kind} name={sources.value.counts[kind]} lines={plan[kind]} />
      ))}
    </div>
  );
}

function Lines({ name, lines }: { name: string; lines: SyncPlan['new'] }) {
  const texts = sources.value;
  const shown = useSignal(STEP);
  return (
    <details open={lines.length <= STEP}>
      <summary>
        {numberText(lines.length)} {name}
      </summary>
      <ul>
        {lines.slice(0, shown.value).map(({ broadcastId, title, startAt, detail, row, uid }) => {
          const what = title ?? uid ?? (row === null ? '' : texts.row(String(row)));
          return (
            <li key={`${uid} ${row} ${startAt}`}>
              {broadcastId === null ? what : <a href={hrefToBroadcast(broadcastId)}>{what}</a>}
              {startAt !== null && ` · ${timeNear(startAt, serverNow())}`} {detail !== null && localTimes(detail)}
            </li>
          );
        })}
      </ul>
      {lines.length > shown.value && (
        <button type="button" class="more" onClick={() => (shown.value += STEP)}>
          {texts.shown(numberText(shown.value), numberText(lines.length))} {texts.more}
        </button>
      )}
    </details>
  );
}
