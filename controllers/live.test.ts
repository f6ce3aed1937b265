import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ManualClock } from '../lib/manual-clock.ts';
import { EventModel } from '../models/events.ts';
import type { Who } from '../models/who.ts';
import { eventually } from '../test/broker.ts';
import { liveController } from './live.ts';

const events = new EventModel();
const person: Who = { account: 1, user: 1, role: 'owner', by: 'session', timezone: 'UTC' };
const VISITORS: Record<string, Who> = {
  owner: person,
  adult: { ...person, role: 'adult' },
  guest: { ...person, role: 'guest' },
  'write key': { ...person, user: null, role: 'adult', by: 'write key' },
  neighbour: { ...person, account: 2 },
};
let server: Server;

beforeAll(async () => {
  const live = liveController({
    live: { listen: () => () => undefined, since: () => [] },
    events,
    greetings: (account) => (account === 1 ? [{ name: 'pairing', data: { greeting: true }, deciders: true }] : []),
    clock: new ManualClock(),
    stillMay: async () => true,
  });
  const app = express().get('/live/:visitor', (req, res) => {
    req.who = VISITORS[String(req.params.visitor)] ?? null;
    live.stream(req, res);
  });
  server = createServer(app).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function listen(visitor: string): Promise<() => string> {
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/live/${encodeURIComponent(visitor)}`);
  let heard = '';
  void (async () => {
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>)
      heard += Buffer.from(chunk).toString();
  })().catch(() => undefined);
  return () => heard;
}

test('who asks to be let in is told to those who may decide, and to nobody else', async () => {
  const heard = new Map<string, () => string>();
  for (const visitor of Object.keys(VISITORS)) heard.set(visitor, await listen(visitor));
  await eventually(() => expect(heard.get('owner')?.()).toContain('event: pairing\ndata: {"greeting":true}'));
  events.emit(1, { name: 'pairing', data: { open: true }, deciders: true });
  events.emit(1, { name: 'device', data: { id: 7 } });
  events.emit(2, { name: 'device', data: { id: 8 } });
  await eventually(() => {
    const deciders = [...heard]
      .filter(([, text]) => text().includes('data: {"open":true}'))
      .map(([visitor]) => visitor);
    expect(deciders).toEqual(['owner', 'adult']);
    const all = [...heard]
      .filter(([, text]) => text().includes('event: device\ndata: {"id":7}'))
      .map(([visitor]) => visitor);
    expect(all).toEqual(['owner', 'adult', 'guest', 'write key']);
    expect(heard.get('neighbour')?.()).toContain('{"id":8}');
  });
  expect(heard.get('guest')?.()).not.toContain('pairing');
});
