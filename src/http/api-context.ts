import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { ErrorCode } from '../errors.ts';

/** What `/openapi.json` and `/docs` say about a route: it stands with the route (`config.operation`). */
export interface Operation {
  /** operationId. */
  id: string;
  summary: string;
  /** Heading that it stands under. */
  tag: string;
  description?: string;
  /** Query and header parameters; those of the path are read from the URL. */
  parameters?: Parameter[];
  /** `example`: one that is taken as it stands. */
  body?: { schema: string; contentTypes?: string[]; required?: boolean; example: unknown };
  success: {
    status: number;
    description: string;
    schema?: string;
    contentType?: string;
    headers?: Record<string, string>;
  };
  /** Another status of success with the same body, and when it comes. */
  otherSuccess?: { status: number; description: string };
  errors?: ErrorCode[];
}

export interface Parameter {
  name: string;
  in: 'query' | 'header';
  description: string;
  /** JSON Schema 2020-12. */
  schema: Record<string, unknown>;
}

/** A part of the API that comes with its routes and the schemas their operations name (series, events, webhooks …). */
export interface ApiRoutes {
  schemas?: Record<string, z.ZodType>;
  register(app: FastifyInstance): void | Promise<void>;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `open`: served without an API key. Default: a read key for GET, a write key for the rest. */
    access?: 'open';
    /** Logged at `debug` only: what probes ask every few seconds. */
    quiet?: boolean;
    /** Never refused for its rate: probes, and what does not come again after a refusal. */
    unlimited?: boolean;
    operation?: Operation;
  }
  interface FastifyRequest {
    /** Who it is, for the history: `api:<key name>`, or `api` without keys. */
    actor: string;
    /** Name of the API key, empty without keys. */
    keyName: string;
    /** The body as it came, for signatures and hashes. */
    rawBody: Buffer | null;
  }
}
