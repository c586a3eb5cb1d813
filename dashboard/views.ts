/** Every view: its address, its title and how to load it. Views that few people need are loaded on demand. */

import type { ComponentType } from 'preact';
import type { common } from './texts/common.ts';
import { AttentionView } from './views/attention/attention-view.tsx';
import { BroadcastView } from './views/broadcast/broadcast-view.tsx';
import { RundownView } from './views/rundown/rundown-view.tsx';

export interface ViewProps {
  /** The value of `:id` in the path. */
  id: string;
}

export interface View {
  /** `/broadcasts/:id` */
  path: string;
  name: keyof typeof common.value.views;
  /** Label in the menu; omitted: not in the menu. */
  inMenu?: boolean;
  /** Drawn at once … */
  view?: ComponentType<ViewProps>;
  /** … or loaded first: `() => import('./views/x/x-view.tsx').then((m) => m.XView)`. */
  load?: () => Promise<ComponentType<ViewProps>>;
}

export const VIEWS: readonly View[] = [
  { path: '/', name: 'rundown', inMenu: true, view: RundownView },
  { path: '/attention', name: 'attention', inMenu: true, view: AttentionView },
  {
    path: '/new',
    name: 'plan',
    inMenu: true,
    load: () => import('./views/plan/plan-view.tsx').then((m) => m.PlanView),
  },
  {
    path: '/bulk',
    name: 'bulk',
    inMenu: true,
    load: () => import('./views/bulk/bulk-view.tsx').then((m) => m.BulkView),
  },
  {
    path: '/pauses',
    name: 'pauses',
    inMenu: true,
    load: () => import('./views/pauses/pauses-view.tsx').then((m) => m.PausesView),
  },
  {
    path: '/series',
    name: 'series',
    inMenu: true,
    load: () => import('./views/series/series-list-view.tsx').then((m) => m.SeriesListView),
  },
  {
    path: '/series/:id',
    name: 'series',
    load: () => import('./views/series/series-view.tsx').then((m) => m.SeriesView),
  },
  {
    path: '/new-series',
    name: 'series',
    load: () => import('./views/series/series-form-view.tsx').then((m) => m.SeriesFormView),
  },
  {
    path: '/sources',
    name: 'sources',
    inMenu: true,
    load: () => import('./views/sources/sources-view.tsx').then((m) => m.SourcesView),
  },
  { path: '/broadcasts/:id', name: 'broadcast', view: BroadcastView },
  {
    path: '/timeline',
    name: 'timeline',
    inMenu: true,
    load: () => import('./views/timeline/timeline-view.tsx').then((m) => m.TimelineView),
  },
  {
    path: '/calendar',
    name: 'calendar',
    inMenu: true,
    load: () => import('./views/calendar/calendar-view.tsx').then((m) => m.CalendarView),
  },
  {
    path: '/health',
    name: 'health',
    inMenu: true,
    load: () => import('./views/health/health-view.tsx').then((m) => m.HealthView),
  },
];

/** Returns the view of a path, and its `:id`. */
export function viewOf(path: string): { view: View; id: string } | null {
  for (const view of VIEWS) {
    const [head, tail] = view.path.split(':', 2);
    if (
      tail === undefined ? path === view.path : path.startsWith(head as string) && path.length > (head?.length ?? 0)
    ) {
      return { view, id: tail === undefined ? '' : decodeURIComponent(path.slice(head?.length)) };
    }
  }
  return null;
}
