import express, { type ErrorRequestHandler } from 'express';
import request from 'supertest';
import { expect, test } from 'vitest';
import type { HubError } from '../../lib/errors.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import { Attempts } from '../../models/attempts.ts';
import { limit } from './limit.ts';

const failed: ErrorRequestHandler = (error: HubError, _req, res, _next) =>
  void res.status(error.status).end(error.code);

test('an address gets as many requests as the limit says, then 429 and how long to wait', async () => {
  const attempts = new Attempts({ redis: null, clock: new ManualClock() });
  const app = express();
  app.use(limit(attempts, { name: 'pages', points: 2, seconds: 60 }), (_req, res) => void res.end('ok'));
  app.use(failed);
  for (let i = 0; i < 2; i++) await request(app).get('/').expect(200);
  const answer = await request(app).get('/').expect(429);
  expect(answer.text).toBe('HUB_TOO_MANY');
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(50);
});
