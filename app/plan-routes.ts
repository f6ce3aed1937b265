import { devicePath } from '../controllers/api/devices.ts';
import {
  limitAnswer,
  limitBody,
  plansAnswer,
  type plansApi,
  previewAnswer,
  previewBody,
  savingsAnswer,
  savingsQuery,
  whyAnswer,
  whyQuery,
} from '../controllers/api/plans.ts';
import { api, type HttpRoute } from './http-route.ts';

/** The rows of plans: what runs, what a draft would do, why, and what was saved. */
export function planRows(plans: ReturnType<typeof plansApi>): HttpRoute[] {
  return [
    api('post', '/api/v1/schedules/preview', 'read', plans.preview, {
      summary: 'What a schedule would do, without keeping it',
      body: previewBody,
      answer: previewAnswer,
    }),
    api('get', '/api/v1/plans', 'read', plans.list, {
      summary: 'What the household’s devices do and will do today and tomorrow',
      answer: plansAnswer,
    }),
    api('put', '/api/v1/plans/limit', 'write', plans.limit, {
      summary: 'What the planned devices and the rest of the house may draw together',
      body: limitBody,
      answer: limitAnswer,
    }),
    api('get', '/api/v1/devices/:id/why', 'read', plans.why, {
      summary: 'Why a device is on or off at a moment: past, now or to come',
      params: devicePath,
      query: whyQuery,
      answer: whyAnswer,
    }),
    api('get', '/api/v1/savings', 'read', plans.savings, {
      summary: 'What running at the best time saved on a day',
      query: savingsQuery,
      answer: savingsAnswer,
    }),
  ];
}
