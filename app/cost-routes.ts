import {
  costsAnswer,
  type costsApi,
  costsQuery,
  qualityAnswer,
  tariffAnswer,
  tariffBody,
  todayAnswer,
} from '../controllers/api/costs.ts';
import { reportAnswer, reportPath, reportsAnswer, type reportsApi } from '../controllers/api/reports.ts';
import { reportSettingsSchema } from '../models/report/report-settings.ts';
import { api, type HttpRoute } from './http-route.ts';

/** The rows of `/api/v1/tariff`, `/api/v1/costs` and `/api/v1/reports`. */
export function costRows(costs: ReturnType<typeof costsApi>, reports: ReturnType<typeof reportsApi>): HttpRoute[] {
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
    api('get', '/api/v1/costs/today', 'read', costs.today, {
      summary: 'What today costs so far, and how it is likely to end',
      answer: todayAnswer,
    }),
    api('get', '/api/v1/costs/devices', 'read', costs.quality, {
      summary: 'How often devices failed to answer, and how often they ran',
      query: costsQuery,
      answer: qualityAnswer,
    }),
    api('get', '/api/v1/reports', 'read', reports.list, {
      summary: 'The reports that were made, and when they are made',
      answer: reportsAnswer,
    }),
    api('put', '/api/v1/reports/settings', 'write', reports.set, {
      summary: 'When reports are made',
      body: reportSettingsSchema,
      answer: reportsAnswer,
    }),
    api('get', '/api/v1/reports/:id', 'read', reports.show, {
      summary: 'One report',
      params: reportPath,
      answer: reportAnswer,
    }),
  ];
}
