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
  /** Its heading. */
  tag: string;
  description?: string;
  /** Query and header parameters; those of the path are read from the URL. */
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
  /** Another success status with the same body, and when it is sent. */
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

/** A part of the API with its own routes and the schemas their operations name (series, events, webhooks …). */
export interface ApiRoutes {
  schemas?: Record<string, z.ZodType>;
  register(app: FastifyInstance): void | Promise<void>;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `open`: served without an API key. Else the role that the key needs; default: `read` for GET, `write` for the rest. */
    access?: 'open' | Role;
    /** Concerns the whole installation: a key that is limited to accounts or labels may not use it. */
    unlimitedKey?: boolean;
    /** Logged at `debug` only: what probes ask every few seconds. */
    quiet?: boolean;
    /** Not rate-limited: probes, and requests that are not retried after a refusal. */
    unlimited?: boolean;
    /** Query and body are not the caller's alone, and are never refused as unknown. */
    anyInput?: boolean;
    operation?: Operation;
  }
  interface FastifyRequest {
    /** The actor in the history: `api:<key name>`, or `api` without keys. */
    actor: string;
    /** Name of the API key, empty without keys. */
    keyName: string;
    /** Who asks, and what that caller may do. */
    caller: Caller;
    /** The raw body, for signatures and hashes. */
    rawBody: Buffer | null;
  }
}
