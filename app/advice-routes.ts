import type { RequestHandler } from 'express';
import { type adviceApi, cheapestAnswer, cheapestQuery, nowAnswer, nowQuery } from '../controllers/api/advice.ts';
import type { ApiNotes } from '../controllers/api/openapi.ts';
import type { Policy } from './middleware/policy.ts';

interface ApiRow {
  readonly door: 'api';
  readonly method: 'get';
  readonly path: string;
  readonly who: Policy;
  readonly to: RequestHandler;
  readonly notes: ApiNotes;
}

/** The rows of advice: whether now is a good time, and when the best ones are. */
export function adviceRows(advice: ReturnType<typeof adviceApi>): ApiRow[] {
  const get = { door: 'api', method: 'get', who: 'read' } as const;
  return [
    {
      ...get,
      path: '/api/v1/now',
      to: advice.now,
      notes: { summary: 'Whether now is a good time to use electricity', query: nowQuery, answer: nowAnswer },
    },
    {
      ...get,
      path: '/api/v1/cheapest',
      to: advice.cheapest,
      notes: {
        summary: 'The cheapest hours before a deadline, in one piece and in pieces',
        query: cheapestQuery,
        answer: cheapestAnswer,
      },
    },
  ];
}
