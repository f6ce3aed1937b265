import type { RequestHandler } from 'express';
import { costsAnswer, type costsApi, costsQuery, tariffAnswer, tariffBody } from '../controllers/api/costs.ts';
import type { ApiNotes } from '../controllers/api/openapi.ts';
import type { Policy } from './middleware/policy.ts';

interface ApiRow {
  readonly door: 'api';
  readonly method: 'get' | 'put';
  readonly path: string;
  readonly who: Policy;
  readonly to: RequestHandler;
  readonly notes: ApiNotes;
}

/** The rows of `/api/v1/tariff` and `/api/v1/costs`. */
export function costRows(costs: ReturnType<typeof costsApi>): ApiRow[] {
  return [
    api('get', '/api/v1/tariff', 'read', costs.show, {
      summary: 'What the household pays, and since when',
      answer: tariffAnswer,
    }),
    api('put', '/api/v1/tariff', 'write', costs.set, {
      summary: 'Replace the tariff with all its versions',
      body: tariffBody,
      answer: tariffAnswer,
    }),
    api('get', '/api/v1/costs', 'read', costs.costs, {
      summary: 'What the house, every device and the rest cost',
      query: costsQuery,
      answer: costsAnswer,
    }),
  ];
}

type Row = [method: ApiRow['method'], path: string, who: Policy, to: RequestHandler, notes: ApiNotes];

function api(...[method, path, who, to, notes]: Row): ApiRow {
  return { door: 'api', method, path, who, to, notes };
}
