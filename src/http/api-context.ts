import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { Caller } from '../access/authority.ts';
import type { Role } from '../config/roles.ts';
import type { ErrorCode } from '../errors.ts';

/** The documentation of a route in `/openapi.json` and `/docs`, kept with the route (`config.operation`). */
export interface Operation {
  /** operationId. */
  id: string;
  summary: string;
  /** The heading. */
  tag: string;
  description?: string;
  /** Query and header parameters; path parameters come from the URL. */
  parameters?: Parameter[];
  /** `example`: a valid request body. */
  body?: { schema: string; contentTypes?: string[]; required?: boolean; example: unknown };
  success: {
    status: number;
    description: string;
    schema?: string;
    contentType?: string;
    headers?: Record<string, string>;
  };
  /** Another success status with the same body, and when it is used. */
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

/** A part of the API with its own routes, and the schemas that their operations name (series, events, webhooks …). */
export interface ApiRoutes {
  schemas?: Record<string, z.ZodType>;
  register(app: FastifyInstance): void | Promise<void>;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `open`: served without an API key. Otherwise the role a key needs; default: `read` for GET, `write` for the rest. */
    access?: 'open' | Role;
    /** For the whole installation: a key limited to accounts or labels may not use it. */
    unlimitedKey?: boolean;
    /** Logged only at `debug`, because probes request it every few seconds. */
    quiet?: boolean;
    /** Not rate-limited: probes, and requests that nobody retries after a rejection. */
    unlimited?: boolean;
    /** Others may add to query and body, so unknown fields are never rejected. */
    anyInput?: boolean;
    operation?: Operation;
  }
  interface FastifyRequest {
    /** The actor in the history: `api:<key name>`, or `api` without keys. */
    actor: string;
    /** Name of the API key, empty without keys. */
    keyName: string;
    /** The caller, and what it may do. */
    caller: Caller;
    /** The raw body, for signatures and hashes. */
    rawBody: Buffer | null;
  }
}
