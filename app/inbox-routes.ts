import {
  approvalBody,
  approvedAnswer,
  inboxAnswer,
  type inboxApi,
  inboxPath,
  searchAnswer,
  searchBody,
} from '../controllers/api/inbox.ts';
import { api, type HttpRoute } from './http-route.ts';

/** The rows of `/api/v1/inbox` and `/api/v1/discovery`. Only who may decide sees what was found. */
export function inboxRows(inbox: ReturnType<typeof inboxApi>): HttpRoute[] {
  const one = { params: inboxPath };
  return [
    api('post', '/api/v1/discovery', 'write', inbox.look, {
      summary: 'Look for devices for some minutes',
      body: searchBody,
      answer: searchAnswer,
    }),
    api('get', '/api/v1/inbox', 'write', inbox.list, {
      summary: 'What was found and waits to be let in, the newest first, and what is ignored',
      answer: inboxAnswer,
    }),
    api('post', '/api/v1/inbox/:key/approve', 'write', inbox.approve, {
      summary: 'Let a found device in; a strip becomes a device for each of its outlets',
      ...one,
      body: approvalBody,
      answer: approvedAnswer,
    }),
    api('post', '/api/v1/inbox/:key/ignore', 'write', inbox.ignore, {
      summary: 'Never show a found device again',
      ...one,
      answer: inboxAnswer,
    }),
    api('delete', '/api/v1/inbox/:key', 'write', inbox.forget, {
      summary: 'Forget a found or an ignored device; seen again, it is new',
      ...one,
      answer: inboxAnswer,
    }),
  ];
}
