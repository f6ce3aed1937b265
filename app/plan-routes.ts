import type { RequestHandler } from 'express';
import { devicePath } from '../controllers/api/devices.ts';
import type { ApiNotes } from '../controllers/api/openapi.ts';
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
import type { Policy } from './middleware/policy.ts';

interface ApiRow {
  readonly door: 'api';
  readonly method: 'get' | 'post' | 'put';
  readonly path: string;
  readonly who: Policy;
  readonly to: RequestHandler;
  readonly notes: ApiNotes;
}

/** The rows of plans: what runs, what a draft would do, why, and what was saved. */
export function planRows(plans: ReturnType<typeof plansApi>): ApiRow[] {
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

type Row = [method: ApiRow['method'], path: string, who: Policy, to: RequestHandler, notes: ApiNotes];

function api(...[method, path, who, to, notes]: Row): ApiRow {
  return { door: 'api', method, path, who, to, notes };
}
