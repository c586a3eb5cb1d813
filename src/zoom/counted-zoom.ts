import type { ZoomApi, ZoomReads } from './zoom-api.ts';

/** Tells `count` of every request to Zoom and what became of it. */
export function countedZoom(
  zoom: ZoomApi & ZoomReads,
  count: (request: string, outcome: string) => void,
): ZoomApi & ZoomReads {
  return {
    ...zoom,
    updateStatus: async (request, guard) => {
      const exchange = await zoom.updateStatus(request, guard);
      count(request.action, exchange.result.kind);
      return exchange;
    },
    configure: async (request, guard) => {
      const exchange = await zoom.configure(request, guard);
      count('configure', exchange.result.kind);
      return exchange;
    },
    read: async (account, target) => {
      const exchange = await zoom.read(account, target);
      count('read', exchange.result.kind);
      return exchange;
    },
    lookAtMeeting: async (...args) => {
      const exchange = await zoom.lookAtMeeting(...args);
      count('look', exchange.result.kind);
      return exchange;
    },
  };
}
