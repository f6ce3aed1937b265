import type { RequestHandler } from 'express';
import type { ApiNotes } from '../controllers/api/openapi.ts';
import type { Policy } from './middleware/policy.ts';

/** One way in over HTTP, and who may take it. */
export interface HttpRoute {
  readonly door: 'page' | 'api' | 'plain';
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  readonly path: string;
  readonly who: Policy;
  readonly to: RequestHandler;
  /** On `api` rows: what the OpenAPI document says of it. */
  readonly notes?: ApiNotes;
}

type Row = [method: HttpRoute['method'], path: string, who: Policy, to: RequestHandler];

/** A page, or what a form on one is sent to. */
export function page(...[method, path, who, to]: Row): HttpRoute {
  return { door: 'page', method, path, who, to };
}

/** Something under `/api/v1`, with what the OpenAPI document says of it. */
export function api(...[method, path, who, to, notes]: [...Row, ApiNotes]): HttpRoute {
  return { door: 'api', method, path, who, to, notes };
}

/** What is neither: health, metrics, the stream of news. */
export function plain(path: string, who: Policy, to: RequestHandler): HttpRoute {
  return { door: 'plain', method: 'get', path, who, to };
}
