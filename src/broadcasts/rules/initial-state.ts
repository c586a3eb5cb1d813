import type { Broadcast } from '../broadcast.ts';

/** The fields that attempts change, as they are before the first attempt. */
export function initialState() {
  return {
    nextAttemptAt: null,
    startedAt: null,
    stoppedAt: null,
    startLatenessMs: null,
    stopLatenessMs: null,
    confirmed: false,
    inFlight: null,
    cancelRequested: false,
    faults: 0,
    unknownStarts: 0,
    mayBeOn: false,
    lookFirst: null,
    pendingRefusal: null,
    tokenRenewed: false,
    stopDueAt: null,
    configured: false,
    modeWanted: null,
    stopReason: null,
    polls: 0,
    alerted: [],
    drops: 0,
    restartWanted: false,
    preflightOf: 0,
    announcedStart: null,
    announcedStop: null,
    held: null,
    releasedAt: null,
    movesSeen: [],
    movedBy: 0,
    wake: 0,
  } satisfies Partial<Broadcast>;
}
