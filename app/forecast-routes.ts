import {
  forecastAnswer,
  forecastBody,
  forecastPatch,
  forecastPath,
  forecastRange,
  forecastsAnswer,
  type forecastsApi,
  mixQuery,
  sourceAnswer,
  uploadAnswer,
  uploadBody,
} from '../controllers/api/forecasts.ts';
import { api, type HttpRoute } from './http-route.ts';

/** The rows of `/api/v1/forecasts`. */
export function forecastRows(forecasts: ReturnType<typeof forecastsApi>): HttpRoute[] {
  const one = { params: forecastPath };
  return [
    api('get', '/api/v1/forecasts', 'read', forecasts.list, {
      summary: 'The household’s forecasts and how they do, and what others could be set up',
      answer: forecastsAnswer,
    }),
    api('post', '/api/v1/forecasts', 'write', forecasts.add, {
      summary: 'Set up a forecast',
      body: forecastBody,
      answer: sourceAnswer,
    }),
    api('get', '/api/v1/forecasts/mix', 'read', forecasts.mix, {
      summary: 'Several forecasts as one, in the unit of the first',
      query: mixQuery,
      answer: forecastAnswer,
    }),
    api('get', '/api/v1/forecasts/:source', 'read', forecasts.show, {
      summary: 'What one forecast says, at equal intervals',
      ...one,
      query: forecastRange,
      answer: forecastAnswer,
    }),
    api('patch', '/api/v1/forecasts/:source', 'write', forecasts.change, {
      summary: 'Change a forecast’s name or params',
      ...one,
      body: forecastPatch,
      answer: sourceAnswer,
    }),
    api('delete', '/api/v1/forecasts/:source', 'write', forecasts.remove, {
      summary: 'Remove a forecast and what it said',
      ...one,
      answer: sourceAnswer.nullable(),
    }),
    api('post', '/api/v1/forecasts/:source/upload', 'write', forecasts.upload, {
      summary: 'Bring figures of one’s own, as JSON or CSV',
      ...one,
      body: uploadBody,
      answer: uploadAnswer,
    }),
  ];
}
