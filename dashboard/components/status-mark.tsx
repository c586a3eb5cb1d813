import type { Broadcast } from '../../src/client/index.ts';
import { common } from '../texts/common.ts';

export type Status = Broadcast['status'];

/** Shapes that differ without colour: filled is on air, hollow is upcoming, a cross or a triangle needs attention. */
const SHAPES: Record<Status, string> = {
  scheduled: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zm0 2a4 4 0 1 0 0 8 4 4 0 0 0 0-8z',
  starting: 'M4 2l9 6-9 6zm2 3.8v4.4L9.3 8z',
  waiting: 'M3 2h10v3L9.5 8 13 11v3H3v-3l3.500-3L3 5z',
  live: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1z',
  stopping: 'M2 2h12v12H2zm2 2v8h8V4z',
  ended: 'M3 3h10v10H3z',
  canceled: 'M2 7h12v2H2z',
  missed: 'M8 1l7 13H1zm-1 5v4h2V6zm0 5v2h2v-2z',
  failed: 'M3 1l5 5 5-5 2 2-5 5 5 5-2 2-5-5-5 5-2-2 5-5-5-5z',
};

/** A state by shape, colour and word. */
export function StatusMark({ status, confirmed = false }: { status: Status; confirmed?: boolean }) {
  const texts = common.value;
  return (
    <span class={`status status-${status}`}>
      <Shape status={status} />
      {status === 'live' && confirmed ? texts.liveConfirmed : texts.status[status]}
    </span>
  );
}

/** The shape alone, for places that already show the word. */
export function Shape({ status }: { status: Status }) {
  return (
    <svg class="shape" viewBox="0 0 16 16" aria-hidden="true">
      <path fill-rule="evenodd" d={SHAPES[status]} />
    </svg>
  );
}
