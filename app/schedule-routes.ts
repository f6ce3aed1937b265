import {
  boostAnswer,
  boostBody,
  changeBody,
  holidaysAnswer,
  holidaysBody,
  pauseBody,
  scheduleAnswer,
  scheduleBody,
  scheduleListQuery,
  schedulePatch,
  schedulePath,
  schedulesAnswer,
  type schedulesApi,
  skipBody,
} from '../controllers/api/schedules.ts';
import { api, type HttpRoute } from './http-route.ts';

/** The rows of `/api/v1/schedules`, `/api/v1/holidays` and of a device's boost. */
export function scheduleRows(schedules: ReturnType<typeof schedulesApi>): HttpRoute[] {
  const one = { params: schedulePath, answer: scheduleAnswer };
  return [
    api('get', '/api/v1/schedules', 'read', schedules.list, {
      summary: 'When the household’s devices are to run',
      query: scheduleListQuery,
      answer: schedulesAnswer,
    }),
    api('post', '/api/v1/schedules', 'write', schedules.make, {
      summary: 'Give a device a schedule',
      body: scheduleBody,
      answer: scheduleAnswer,
    }),
    api('get', '/api/v1/schedules/:id', 'read', schedules.show, { summary: 'One schedule', ...one }),
    api('patch', '/api/v1/schedules/:id', 'write', schedules.change, {
      summary: 'Change a schedule; what is left out stays',
      ...one,
      body: schedulePatch,
    }),
    api('delete', '/api/v1/schedules/:id', 'write', schedules.remove, {
      summary: 'Remove a schedule',
      ...one,
      answer: scheduleAnswer.nullable(),
    }),
    api('post', '/api/v1/schedules/:id/skip', 'write', schedules.skip, {
      summary: 'Leave the next time out',
      ...one,
      body: skipBody,
    }),
    api('post', '/api/v1/schedules/:id/pause', 'write', schedules.pause, {
      summary: 'Leave out everything before a day',
      ...one,
      body: pauseBody,
    }),
    api('post', '/api/v1/schedules/:id/change', 'write', schedules.changeOnce, {
      summary: 'Make one time different, and only that one',
      ...one,
      body: changeBody,
    }),
    api('post', '/api/v1/devices/:id/boost', 'write', schedules.boost, {
      summary: 'Run a device for some minutes now; after that its schedules count again',
      params: schedulePath,
      body: boostBody,
      answer: boostAnswer,
    }),
    api('get', '/api/v1/holidays', 'read', schedules.holidays, {
      summary: 'The days that are holidays for the household’s schedules',
      answer: holidaysAnswer,
    }),
    api('put', '/api/v1/holidays', 'write', schedules.setHolidays, {
      summary: 'Say which days are holidays',
      body: holidaysBody,
      answer: holidaysAnswer,
    }),
  ];
}
