import type { forecastPages } from '../controllers/pages/forecast.ts';
import type { forecastSourcePages } from '../controllers/pages/forecast-source.ts';
import { type HttpRoute, page } from './http-route.ts';

/** The rows of the forecast page and of its sources. */
export function forecastPageRows(
  forecast: ReturnType<typeof forecastPages>,
  source: ReturnType<typeof forecastSourcePages>,
): HttpRoute[] {
  return [
    page('get', '/forecast', 'person', forecast.show),
    page('post', '/forecast', 'adult', source.make),
    page('get', '/forecast/new', 'adult', source.fresh),
    page('get', '/forecast/sources/:source', 'adult', source.show),
    page('post', '/forecast/sources/:source', 'adult', source.change),
    page('post', '/forecast/sources/:source/upload', 'adult', source.upload),
    page('post', '/forecast/sources/:source/remove', 'adult', source.remove),
  ];
}
