import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { systemClock } from '../lib/clock.ts';
import { startHub, type TestHub } from './hub.ts';
import { type Owner, setUp, Visitor } from './visitor.ts';

// The tests below build on one another, on one hub.

const ENV = { HEARTH_LOOPBACK_DEVICES: '1' };
const HALF_HOUR = 1800;
const start = Math.floor(systemClock.seconds() / HALF_HOUR) * HALF_HOUR;
const range = `from=${start}&to=${start + 4 * HALF_HOUR}`;
const iso = (time: number) => new Date(time * 1000).toISOString();
let hub: TestHub;
let owner: Owner;
let server: Server;
let asked = 0;

interface Shown {
  readonly unit: string;
  readonly profile: readonly (number | null)[];
  readonly provenance: { readonly stale: boolean };
}

beforeAll(async () => {
  server = createServer((_req, res) => {
    asked += 1;
    const results = Array.from({ length: 80 }, (_, at) => ({
      value_exc_vat: at,
      value_inc_vat: at + 10,
      valid_from: iso(start + at * HALF_HOUR),
      valid_to: iso(start + (at + 1) * HALF_HOUR),
    }));
    res.end(JSON.stringify({ next: null, results: results.reverse() }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  hub = await startHub(ENV);
  owner = await setUp(hub.http);
}, 90_000);
afterAll(() => server.close());

async function shown(path: string): Promise<Shown> {
  const headers = { authorization: `Bearer ${owner.read}` };
  return JSON.parse((await new Visitor(hub.http).get(`/api/v1/forecasts/${path}`, headers)).text) as Shown;
}

test('a forecast that is set up is fetched by itself within seconds', { timeout: 30_000 }, async () => {
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`;
  const form = { name: 'agile', provider: 'octopus-agile', params: { region: 'C', base } };
  expect(await owner.visitor.send('POST', '/api/v1/forecasts', form)).toMatchObject({ status: 200 });
  await vi.waitFor(async () => expect((await shown(`agile?${range}`)).profile).toEqual([0.1, 0.11, 0.12, 0.13]), {
    timeout: 15_000,
    interval: 200,
  });
});

test('a gateway pushes its signal, which mixes with the prices; a reading beside it is a reading', async () => {
  const client = await connectAsync(hub.mqtt, { username: owner.username, password: owner.write });
  const signal = { start, interval: HALF_HOUR, values: [5, null, 15, 25], unit: 'index', optimise: 'min' };
  await client.publishAsync('emon/shaper/club', JSON.stringify(signal), { qos: 1, retain: true });
  await client.publishAsync('emon/shaper/power', '230', { qos: 1 });
  await client.endAsync();
  const { unit, profile } = await shown(`mix?${range}&parts=agile,shaper-club:0.01`);
  expect(unit).toBe('price');
  expect(profile.map((value) => value?.toFixed(3) ?? null)).toEqual(['0.150', null, '0.270', '0.380']);
  const { text } = await owner.visitor.get(`/input/get/shaper.json?apikey=${owner.read}`);
  expect(Object.keys(JSON.parse(text) as object)).toEqual(['power']);
});

test('after kill -9 all of it is there again, and nobody was asked for it', { timeout: 60_000 }, async () => {
  const before = asked;
  await hub.kill();
  hub = await startHub(ENV, hub.storage);
  expect((await shown(`agile?${range}`)).profile).toEqual([0.1, 0.11, 0.12, 0.13]);
  expect((await shown(`shaper-club?${range}`)).profile).toEqual([5, null, 15, 25]);
  expect(asked).toBe(before);
});
