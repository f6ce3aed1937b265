import { auditAnswer, credentialAnswer, loginAnswer, loginForm, loginPath } from '../controllers/api/logins.ts';
import {
  askAnswer,
  denyForm,
  pollAnswer,
  pollQuery,
  requestPath,
  stateAnswer,
  unblockForm,
  windowForm,
} from '../controllers/api/pairing.ts';
import { askForm } from '../models/pairing/request.ts';
import type { Controllers } from './controllers.ts';
import { api, type HttpRoute } from './http-route.ts';

/** Devices ask without a key, and are answered only while somebody lets devices in. */
export function pairingRows({ pairingApi, loginsApi }: Pick<Controllers, 'pairingApi' | 'loginsApi'>): HttpRoute[] {
  const state = { answer: stateAnswer };
  return [
    api('get', '/api/v1/pairing', 'write', pairingApi.show, { summary: 'Who asks to be let in', ...state }),
    api('post', '/api/v1/pairing/window', 'write', pairingApi.window, {
      summary: 'Let devices ask for some minutes',
      body: windowForm,
      ...state,
    }),
    api('post', '/api/v1/pairing/unblock', 'write', pairingApi.unblock, {
      summary: 'Show a blocked device again when it asks',
      body: unblockForm,
      ...state,
    }),
    api('post', '/api/v1/pairing', 'anyone', pairingApi.ask, {
      summary: 'A device asks to be let in',
      body: askForm,
      answer: askAnswer,
    }),
    api('get', '/api/v1/pairing/:request', 'anyone', pairingApi.poll, {
      summary: 'The device asks what became of its request',
      params: requestPath,
      query: pollQuery,
      answer: pollAnswer,
    }),
    api('post', '/api/v1/pairing/:request/allow', 'write', pairingApi.allow, {
      summary: 'Let the device in',
      params: requestPath,
      ...state,
    }),
    api('post', '/api/v1/pairing/:request/deny', 'write', pairingApi.deny, {
      summary: 'Turn the device away',
      params: requestPath,
      body: denyForm,
      ...state,
    }),
    api('get', '/api/v1/logins', 'write', loginsApi.list, {
      summary: 'The devices’ own logins',
      answer: loginAnswer.array(),
    }),
    api('post', '/api/v1/logins', 'write', loginsApi.make, {
      summary: 'Make a device’s own login anew',
      body: loginForm,
      answer: credentialAnswer,
    }),
    api('post', '/api/v1/logins/:id/revoke', 'write', loginsApi.revoke, {
      summary: 'End a device’s login and its connection',
      params: loginPath,
      answer: loginAnswer,
    }),
    api('get', '/api/v1/audit', 'write', loginsApi.audit, {
      summary: 'Who did what to devices, the newest first',
      answer: auditAnswer.array(),
    }),
  ];
}
