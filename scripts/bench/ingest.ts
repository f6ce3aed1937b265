import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { systemClock } from '../../lib/clock.ts';
import { projectRoot } from '../../lib/project-root.ts';
import { type BenchChild, runScript, startServer } from './ingest/child.ts';
import { type BenchHouse, makeHouse } from './ingest/house.ts';

/**
 * How fast readings go all the way (MQTT QoS 1 → input → process list → feed → journal → acknowledgement), as a ratio to
 * aedes alone, and `input/post` as a ratio to a bare Express handler, under the same load and turn by turn in the same
 * run. Ends with 1 when a ratio is below 0.4.
 */
const { values: args } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, ms: { type: 'string', default: '2000' } },
});
const ROUNDS = Number(args.rounds);
const MS = Number(args.ms);
const CONNECTIONS = 4;
const LEAST = 0.4;
const folder = join(projectRoot, 'build/scripts/bench/ingest');
const DAY = 86_400;
let readingTime = systemClock.seconds() - 5000 * DAY;

const storage = mkdtempSync(join(tmpdir(), 'hearth-bench-'));
const children: BenchChild[] = [];
try {
  process.exitCode = await main();
} finally {
  await Promise.all(children.map((child) => child.stop()));
  rmSync(storage, { recursive: true, force: true });
}

async function main(): Promise<number> {
  const hub = await started(join(projectRoot, 'build/app/main.js'), {
    HEARTH_STORAGE: storage,
    HEARTH_HTTP_HOST: '127.0.0.1',
    HEARTH_HTTP_PORT: '0',
    HEARTH_MQTT_HOST: '127.0.0.1',
    HEARTH_MQTT_PORT: '0',
    HEARTH_MQTTS_PORT: '0',
    HEARTH_BEACON_PORT: '0',
    HEARTH_OPEN_REGISTRATION: '1',
    HEARTH_LOG_LEVEL: 'error',
  });
  const aedes = await started(join(folder, 'bare-aedes.js'));
  const express = await started(join(folder, 'bare-express.js'));
  const nodes = Array.from({ length: CONNECTIONS }, (_, index) => `bench${index}`);
  const house = await makeHouse(hub.http ?? '', nodes);
  const mqtt = await compare(
    'MQTT QoS 1, readings/s',
    () => mqttRate(hub.mqtt ?? '', house),
    () => mqttRate(aedes.mqtt ?? '', house),
  );
  const post = await compare(
    'input/post, requests/s',
    () => postRate(hub.http ?? '', house),
    () => postRate(express.http ?? '', house),
  );
  return mqtt >= LEAST && post >= LEAST ? 0 : 1;
}

async function started(script: string, env?: Record<string, string>): Promise<BenchChild['ready']> {
  const child = await startServer(script, env);
  children.push(child);
  return child.ready;
}

/** Both in turn, so that a slow moment of the machine meets both; the first turn warms up. */
async function compare(name: string, hub: () => Promise<number>, bare: () => Promise<number>): Promise<number> {
  const rates: [hub: number, bare: number][] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const pair: [number, number] = [await hub(), await bare()];
    if (round > 0) rates.push(pair);
  }
  const [ours, theirs] = [median(rates.map(([rate]) => rate)), median(rates.map(([, rate]) => rate))];
  const ratio = median(rates.map(([rate, reference]) => rate / reference));
  const verdict = ratio >= LEAST ? '' : `, below ${LEAST}`;
  console.log(`${name}: hub ${Math.round(ours)}, bare ${Math.round(theirs)}, ratio ${ratio.toFixed(2)}${verdict}`);
  return ratio;
}

async function mqttRate(url: string, { username, key }: BenchHouse): Promise<number> {
  const { port } = new URL(url);
  const options = [port, username, key, String(CONNECTIONS), String(MS), String(readingTime)];
  const { acknowledged = 0, ms = 1 } = await runScript(join(folder, 'mqtt-load.js'), options);
  readingTime += Math.ceil(acknowledged / CONNECTIONS) * 20;
  return (acknowledged * 1000) / ms;
}

async function postRate(url: string, { key }: BenchHouse): Promise<number> {
  const result = await autocannon({
    url: `${url}/input/post`,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ apikey: key, node: 'bench0', fulljson: '{"power":123.5}' }).toString(),
    connections: 20,
    duration: Math.ceil(MS / 1000),
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} refused, ${result.errors} failed`);
  return result.requests.average;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
