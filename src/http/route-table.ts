import type { FastifyInstance, RouteOptions } from 'fastify';
import type { Operation } from './api-context.ts';

export interface DocumentedRoute {
  method: string;
  /** Fastify's pattern: `/v1/broadcasts/:id`. */
  path: string;
  operation: Operation;
  /** Rate-limited. */
  limited: boolean;
}

/** Remembers every registered route: for 405 with `Allow`, for OPTIONS and for the API description. */
export class RouteTable {
  readonly #methods = new Map<string, { matches: RegExp; methods: Set<string> }>();
  readonly documented: DocumentedRoute[] = [];

  constructor(app: FastifyInstance) {
    app.addHook('onRoute', (route) => this.#add(route));
  }

  #add(route: RouteOptions & { path: string }): void {
    const path = route.url;
    const entry = this.#methods.get(path) ?? { matches: patternOf(path), methods: new Set(['OPTIONS']) };
    this.#methods.set(path, entry);
    for (const method of [route.method].flat()) {
      entry.methods.add(method);
      const operation = route.config?.operation;
      const limited = !route.config?.unlimited;
      if (operation && method !== 'HEAD') this.documented.push({ method, path, operation, limited });
    }
  }

  /** Methods served at this path, for `Allow`; null for an unknown path. */
  allowed(path: string): string | null {
    const methods = new Set<string>();
    for (const entry of this.#methods.values()) {
      if (entry.matches.test(path)) for (const method of entry.methods) methods.add(method);
    }
    return methods.size === 0 ? null : [...methods].sort().join(', ');
  }
}

function patternOf(path: string): RegExp {
  const escaped = path.replace(/[.*+?^${}()|[\]\\]/g, (character) => (character === '*' ? '.*' : `\\${character}`));
  return new RegExp(`^${escaped.replace(/:[A-Za-z]+/g, '[^/]+')}$`);
}
