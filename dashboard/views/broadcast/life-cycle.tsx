import type { Broadcast } from '../../../src/client/index.ts';
import { Shape, type Status } from '../../components/status-mark.tsx';
import { isFinal } from '../../live/reading.ts';
import { broadcastTexts } from '../../texts/broadcast.ts';
import { common } from '../../texts/common.ts';

/** The path of a broadcast without problems; `waiting` only when the host is late. */
const WAY: Status[] = ['scheduled', 'starting', 'live', 'stopping', 'ended'];

/** Its states in a row, with the current one marked. */
export function LifeCycle({ one }: { one: Broadcast }) {
  const texts = common.value;
  const way = wayOf(one);
  const present = way.indexOf(one.status);
  return (
    <ol class="cycle" aria-label={broadcastTexts.value.cycle}>
      {way.map((status, i) => (
        <li
          key={status}
          class={`cycle-step status-${status} ${i < present ? 'cycle-past' : i > present ? 'cycle-ahead' : 'cycle-now'}`}
          aria-current={i === present ? 'step' : undefined}
        >
          <Shape status={status} />
          {texts.status[status]}
        </li>
      ))}
    </ol>
  );
}

/** The states behind it, as far as the record shows them, and the ones ahead. */
function wayOf(one: Broadcast): Status[] {
  if (one.status === 'waiting') return ['scheduled', 'starting', 'waiting', 'live', 'stopping', 'ended'];
  if (!isFinal(one) || one.status === 'ended') return WAY;
  return one.startedAt === null ? ['scheduled', one.status] : ['scheduled', 'starting', 'live', one.status];
}
