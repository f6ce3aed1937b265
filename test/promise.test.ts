import { beforeAll, describe, expect, test } from 'vitest';
import { readFeedFile, valueAt } from '../scripts/campaign/kill/feed-file.ts';
import { dayMeters, type Meter, publish } from './day.ts';
import { newStorage, onPortsOf, startHub, type TestHub } from './hub.ts';
import { type Owner, setUp, Visitor } from './visitor.ts';

// The tests below build on one another: the house goes on from one to the next, as it would.

const storage = newStorage();
const [day, nextDay] = [dayMeters(), dayMeters(1)];
let hub: TestHub;
let owner: Owner;

beforeAll(async () => {
  hub = await startHub({}, storage);
  owner = await setUp(hub.http);
}, 90_000);

describe('“A reading that the hub acknowledged (PUBACK, or HTTP 200) is there after kill -9, always.”', () => {
  test('killed in the middle of a real day, by MQTT, input/post and input/bulk', { timeout: 90_000 }, async () => {
    const sending = publish(hub, owner, day);
    await sending.reached(200);
    await hub.kill();
    await sending.ended;
    hub = await startHub(onPortsOf(hub), storage);
    for (const meter of day) {
      const held = await feedValues(meter);
      const missing = [...meter.acknowledged].filter(({ time, value }) => held.get(time) !== Math.fround(value));
      expect(missing, `${meter.acknowledged.size} acknowledged by ${meter.door}`).toEqual([]);
    }
  });

  test('the rest of the day follows, and its energy reads 30.41 kWh', { timeout: 90_000 }, async () => {
    await publish(hub, owner, day).ended;
    for (const meter of day) expect(meter.acknowledged.size, meter.door).toBe(meter.readings.length);
    const held = await feedValues(day[0] as Meter);
    const energy = [...held.values()].reduce((sum, watts) => sum + watts / 60_000, 0);
    expect(Math.abs(energy - 30.41) / 30.41).toBeLessThan(0.001);
    const page = await owner.visitor.get('/');
    expect(page.text).toMatch(/\b30[.]4\d?\b/);
  });
});

describe('“SIGTERM: everything acknowledged is in its file, exit 0, within 5 s.”', () => {
  test('under load', { timeout: 60_000 }, async () => {
    const feeds = await Promise.all(nextDay.map(feedOf));
    const sending = publish(hub, owner, nextDay);
    await sending.reached(100);
    const started = performance.now();
    expect(await hub.stop()).toBe(0);
    expect(performance.now() - started).toBeLessThan(5000);
    await sending.ended;
    for (const [index, feed] of feeds.entries()) {
      const file = readFeedFile(storage, feed);
      const all = [...(day[index]?.acknowledged ?? []), ...(nextDay[index]?.acknowledged ?? [])];
      expect(all.length).toBeGreaterThan(1540);
      expect(all.filter(({ time, value }) => valueAt(file, time) !== Math.fround(value))).toEqual([]);
    }
  });
});

async function feedOf({ node, name }: Meter): Promise<number> {
  const { text } = await new Visitor(hub.http).get(`/feed/list.json?apikey=${owner.read}`);
  const feeds = JSON.parse(text) as { id: string; tag: string; name: string }[];
  return Number(feeds.find((feed) => feed.tag === node && feed.name === name)?.id);
}

/** What the hub answers for the meter's feed, by time. */
async function feedValues(meter: Meter): Promise<Map<number, number>> {
  const [first, last] = [meter.readings[0], meter.readings.at(-1)];
  const range = `start=${(first?.time ?? 0) * 1000}&end=${(last?.time ?? 0) * 1000}&interval=60`;
  const path = `/feed/data.json?id=${await feedOf(meter)}&${range}&apikey=${owner.read}`;
  const rows = JSON.parse((await new Visitor(hub.http).get(path)).text) as [number, number | null][];
  return new Map(rows.flatMap(([ms, value]) => (value === null ? [] : [[ms / 1000, Math.fround(value)]])));
}
