import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Browser, type PageApp, pageApp } from '../test/page-app.ts';
import { testStores } from '../test/stores.ts';

const stores = await testStores();
let app: PageApp;
let visitor: Browser;

beforeAll(async () => {
  app = await pageApp(stores);
  visitor = app.visitor();
});
afterAll(() => stores.clear());

const refused: [name: string, method: 'post' | 'put', path: string, body: string, status: number, type: string][] = [
  ['JSON that breaks off', 'post', '/api/v1/pairing', '{"id":', 400, 'HUB_BAD_REQUEST'],
  ['a body beyond the limit', 'post', '/api/v1/pairing', `"${'x'.repeat(300_000)}"`, 413, 'HUB_TOO_LARGE'],
  ['the same at a door of IoToad', 'put', '/api/in/plug', '{"on":', 400, 'HUB_BAD_REQUEST'],
  ['an address that is none', 'post', '/api/v1/nothing', '{}', 404, 'HUB_NOT_FOUND'],
];
test.each(refused)('programs are told the code of %s', async (_name, method, path, body, status, type) => {
  const answer = await visitor[method](path).set('Content-Type', 'application/json').send(body);
  expect(answer.status).toBe(status);
  expect(answer.type).toBe('application/problem+json');
  expect(answer.body).toMatchObject({ type, status });
});
