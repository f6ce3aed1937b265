import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'mqtt';
import { projectRoot } from '../lib/project-root.ts';
import { type Answer, EmoncmsClient, isAcknowledged } from '../scripts/campaign/kill/emoncms.ts';
import { parseRows } from '../scripts/simulate/meter/rows.ts';
import type { TestHub } from './hub.ts';
import type { Owner } from './visitor.ts';

/** A meter's readings, which go through one of the hub's doors, and which of them the hub has acknowledged. */
export interface Meter {
  readonly door: 'mqtt' | 'post' | 'bulk';
  readonly node: string;
  readonly name: string;
  readonly readings: readonly Reading[];
  readonly acknowledged: Set<Reading>;
}

export interface Reading {
  readonly time: number;
  readonly value: number;
}

/** A real day of one house, one reading a minute: its power by MQTT, its voltage and current by HTTP. `days` later. */
export function dayMeters(days = 0): Meter[] {
  const rows = parseRows(readFileSync(join(projectRoot, 'test/data/household-2007-02-01.csv'), 'utf8'));
  const meter = (door: Meter['door'], node: string, name: string, column: string): Meter => {
    const readings = rows.map(({ time, values }) => ({ time: time + days * 86_400, value: values[column] ?? 0 }));
    return { door, node, name, readings, acknowledged: new Set() };
  };
  return [
    meter('mqtt', 'meter', 'active_power', 'active_power_w'),
    meter('post', 'plug', 'voltage', 'voltage_v'),
    meter('bulk', 'clamp', 'current', 'current_a'),
  ];
}

const UNDERWAY = 50;
const BULK_ROWS = 10;

/** Sends what was not acknowledged yet, in order. Ends when all of it is, or when the hub goes or `stop` is called. */
export function publish(hub: Pick<TestHub, 'http' | 'mqtt'>, { username, write }: Owner, meters: readonly Meter[]) {
  const http = new EmoncmsClient(hub.http, write);
  const client = connect(hub.mqtt, { username, password: write, reconnectPeriod: 0 });
  client.on('error', (error) => failures.push(`mqtt: ${error.message}`));
  // mqtt.js keeps a publish of a lost connection waiting for ever.
  const lost = new Promise<never>((_resolve, reject) => {
    client.once('close', () => reject(new Error('the broker closed the connection')));
  });
  lost.catch(() => undefined);
  const failures: string[] = [];
  let stopped = false;
  const stop = async () => {
    stopped = true;
    http.close();
    await client.endAsync(true).catch(() => undefined);
  };
  const toBroker = (meter: Meter, { time, value }: Reading) =>
    new Promise<void>((resolve, reject) => {
      const payload = JSON.stringify({ time, [meter.name]: value });
      client.publish(`emon/${meter.node}`, payload, { qos: 1 }, (error) => (error ? reject(error) : resolve()));
    });
  const ok = (answer: Answer) => {
    if (!isAcknowledged(answer)) throw new Error(`the hub answered ${answer.status} ${answer.text}`);
  };
  const doors: Record<Meter['door'], (meter: Meter, readings: readonly Reading[]) => Promise<void>> = {
    mqtt: async (meter, readings) => {
      const sent = readings.map((reading) => toBroker(meter, reading).then(() => void meter.acknowledged.add(reading)));
      await Promise.race([Promise.all(sent), lost]);
    },
    post: async (meter, [reading]) => {
      if (!reading) return;
      const fulljson = JSON.stringify({ [meter.name]: reading.value });
      ok(await http.post('/input/post', { node: meter.node, time: String(reading.time), fulljson }));
      meter.acknowledged.add(reading);
    },
    bulk: async (meter, readings) => {
      const data = JSON.stringify(readings.map(({ time, value }) => [time, meter.node, { [meter.name]: value }]));
      ok(await http.post('/input/bulk', { time: '0', data }));
      for (const reading of readings) meter.acknowledged.add(reading);
    },
  };
  const chunk = { mqtt: UNDERWAY, post: 1, bulk: BULK_ROWS };
  const run = async (meter: Meter) => {
    const left = meter.readings.filter((reading) => !meter.acknowledged.has(reading));
    for (let at = 0; at < left.length && !stopped; at += chunk[meter.door])
      await doors[meter.door](meter, left.slice(at, at + chunk[meter.door]));
  };
  const ended = Promise.all(meters.map((meter) => run(meter).catch((error) => failures.push(String(error))))).then(
    stop,
  );
  /** Resolves when each meter has so many readings acknowledged; rejects when the sending ended before. */
  const reached = async (count: number) => {
    let over = false;
    void ended.then(() => {
      over = true;
    });
    while (meters.some(({ acknowledged }) => acknowledged.size < count)) {
      if (over) throw new Error(`the sending ended early: ${failures.join('; ')}`);
      await pause(5);
    }
  };
  return { ended, stop, reached };
}
