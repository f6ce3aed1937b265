import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import express from 'express';
import supertest from 'supertest';
import { afterAll, expect, it } from 'vitest';
import { assets } from './assets.ts';

const root = mkdtempSync(join(tmpdir(), 'hearth-assets-'));
const script = 'export const warm = true;';
mkdirSync(join(root, 'public/build'), { recursive: true });
mkdirSync(join(root, 'public/icons'));
writeFileSync(join(root, 'public/build/live-AB12.js'), script);
writeFileSync(join(root, 'public/build/live-AB12.js.br'), brotliCompressSync(script));
writeFileSync(join(root, 'public/build/live-AB12.js.gz'), gzipSync(script));
writeFileSync(join(root, 'public/build/notes.txt'), 'not for the browser');
writeFileSync(join(root, 'public/icons/hearth.svg'), '<svg/>');
writeFileSync(join(root, 'secret.json'), '{}');
afterAll(() => rmSync(root, { recursive: true, force: true }));

const app = express().use(assets(root));

it.each([
  ['br, gzip', 'br'],
  ['gzip, deflate', 'gzip'],
  ['identity', undefined],
])('to a browser that takes %s sends %s', async (accept, encoding) => {
  const answer = await supertest(app).get('/build/live-AB12.js').set('Accept-Encoding', accept).expect(200);
  expect(answer.headers['content-encoding']).toBe(encoding);
  expect(answer.headers['content-type']).toBe('text/javascript; charset=utf-8');
  expect(answer.headers['cache-control']).toContain('immutable');
  expect(answer.headers.vary).toBe('Accept-Encoding');
});

it('keeps icons for a day, and the favicon with them', async () => {
  const { headers } = await supertest(app).get('/icons/hearth.svg').expect(200);
  expect(headers['cache-control']).toBe('public, max-age=86400');
  await supertest(app).get('/favicon.ico').expect(200, Buffer.from('<svg/>'));
});

it.each(['/build/notes.txt', '/build/none.js', '/build/../secret.json', '/build/%2e%2e/%2e%2e/secret.json', '/build/'])(
  'has nothing at %s',
  async (path) => {
    await supertest(app).get(path).expect(404);
  },
);

it('changes nothing', async () => {
  await supertest(app).post('/build/live-AB12.js').expect(404);
});
