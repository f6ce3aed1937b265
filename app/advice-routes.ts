import { type adviceApi, cheapestAnswer, cheapestQuery, nowAnswer, nowQuery } from '../controllers/api/advice.ts';
import { api, type HttpRoute } from './http-route.ts';

/** The rows of advice: whether now is a good time, and when the best ones are. */
export function adviceRows(advice: ReturnType<typeof adviceApi>): HttpRoute[] {
  return [
    api('get', '/api/v1/now', 'read', advice.now, {
      summary: 'Whether now is a good time to use electricity',
      query: nowQuery,
      answer: nowAnswer,
    }),
    api('get', '/api/v1/cheapest', 'read', advice.cheapest, {
      summary: 'The cheapest hours before a deadline, in one piece and in pieces',
      query: cheapestQuery,
      answer: cheapestAnswer,
    }),
  ];
}
