import type { RequestHandler } from 'express';
import type { forecastPages } from '../controllers/pages/forecast.ts';
import type { forecastSourcePages } from '../controllers/pages/forecast-source.ts';
import type { Policy } from './middleware/policy.ts';

interface PageRow {
  readonly door: 'page';
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly who: Policy;
  readonly to: RequestHandler;
}

/** The rows of the forecast page and of its sources. */
export function forecastPageRows(
  forecast: ReturnType<typeof forecastPages>,
  source: ReturnType<typeof forecastSourcePages>,
): PageRow[] {
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

type Row = [method: PageRow['method'], path: string, who: Policy, to: RequestHandler];

function page(...[method, path, who, to]: Row): PageRow {
  return { door: 'page', method, path, who, to };
}
