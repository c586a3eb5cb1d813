import type { Installation, SandboxRequest } from '../../support/installation.ts';
import type { OccurrenceSlot } from './processes.ts';
import type { Passage } from './tcp-proxy.ts';

/** One request as Zoom saw it, with what the line to its worker knows; ms. */
export interface ZoomRequest extends SandboxRequest {
  meetingId: string | null;
  scripted: boolean;
  remotePort: number;
  /** Who sent it. */
  place: string;
  /** When it left the worker: Zoom may have seen it later. */
  leftAt: number;
  /** When its answer had got to the worker; null: never. */
  deliveredAt: number | null;
}

/** Zoom's log, oldest first, each request with its passage through the line of its worker. */
export async function readZoomLog(at: Installation, places: OccurrenceSlot[]): Promise<ZoomRequest[]> {
  const { requests, dropped } = (await at.sandbox.control('GET', 'requests')).body;
  if (dropped > 0) throw new Error(`Zoom's log has lost ${dropped} requests`);
  const lines = new Map<number, { place: string; passage: Passage }[]>();
  for (const { name, zoom } of places)
    for (const passage of zoom.passages) {
      const line = lines.get(passage.port) ?? [];
      line.push({ place: name, passage });
      lines.set(passage.port, line);
    }
  // The system gives a port that one worker has closed to another one: their passages belong in order of time, not of worker.
  for (const line of lines.values()) line.sort((a, b) => a.passage.leftAt - b.passage.leftAt);
  const log: ZoomRequest[] = [];
  for (const request of requests as ZoomRequest[]) {
    // A connection carries one request after another: this one is the last that had left when it arrived.
    const line = lines.get(request.remotePort) ?? [];
    const known = line[line.findLastIndex(({ passage }) => passage.leftAt <= request.at)];
    if (known?.passage.method !== request.method) throw new Error(`from nobody: ${JSON.stringify(request)}`);
    line.splice(0, line.indexOf(known) + 1);
    const { leftAt, deliveredAt } = known.passage;
    if (!request.path.includes('/oauth/')) log.push({ ...request, place: known.place, leftAt, deliveredAt });
  }
  return log;
}
