import type { Exchange } from '../broadcasts/zoom-outcome.ts';
import type { ZoomApi, ZoomReads } from '../broadcasts/zoom-port.ts';

/** Tells `count` of every request to Zoom and what became of it, and `answered` of every answer. */
export function countedZoom(
  zoom: ZoomApi & ZoomReads,
  count: (request: string, outcome: string) => void,
  answered: (account: string, status: number) => void = () => {},
): ZoomApi & ZoomReads {
  const tell = (request: string, account: string, { answer, result }: Exchange<{ kind: string }>) => {
    count(request, result.kind);
    if (answer) answered(account, answer.status);
  };
  return {
    ...zoom,
    updateStatus: async (request, guard) => {
      const exchange = await zoom.updateStatus(request, guard);
      tell(request.action, request.account, exchange);
      return exchange;
    },
    configure: async (request, guard) => {
      const exchange = await zoom.configure(request, guard);
      tell('configure', request.account, exchange);
      return exchange;
    },
    read: async (account, target) => {
      const exchange = await zoom.read(account, target);
      tell('read', account, exchange);
      return exchange;
    },
    getMeetingStatus: async (...args) => {
      const exchange = await zoom.getMeetingStatus(...args);
      tell('look', args[0], exchange);
      return exchange;
    },
  };
}
