import { parseArgs } from 'node:util';
import { type BenchHouse, makeHouse } from './ingest/house.ts';
import { watchLive } from './memory/browser.ts';
import { type Device, openDevice } from './memory/device.ts';
import { type Resident, residentOf } from './memory/rss.ts';
import { type BenchHub, startBenchHub } from './shared/hub.ts';
import { figure, percentile } from './shared/ratio.ts';

const HELP = `What the hub holds in memory, and how late a browser hears of a reading.

npm run bench memory -- [options]
  --seconds <N>   how long each of the two loads lasts (default 60)
  --devices <N>   connected at once in the second (default 10000), in households of a thousand
`;

const { values: args } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    devices: { type: 'string', default: '10000' },
    help: { type: 'boolean', short: 'h' },
  },
});
const SECONDS = Number(args.seconds);
const DEVICES = Number(args.devices);
const HOUSEHOLD = 1000;
const PERIOD_MS = 10_000;
/** Connections that are being opened at once. */
const TOGETHER = 100;
const GOALS = { homeMB: 150, villageMB: 400, lateMs: 250 };
/** Values carry the millisecond they were sent, in a number small enough to look like power. */
const WRAP = 10_000_000;

if (args.help) process.stdout.write(HELP);
else process.exitCode = [await home(), await village()].every((good) => good) ? 0 : 1;

/** 100 feeds, each of which gets a value every 10 s. */
async function home(): Promise<boolean> {
  return await withHub(async (hub) => {
    const start = residentOf(hub.pid);
    const [nodes, meters] = [
      ['hall', 'loft', 'shed', 'yard'],
      Array.from({ length: 25 }, (_, index) => `meter${index}`),
    ];
    const reading = JSON.stringify(Object.fromEntries(meters.map((name) => [name, 1])));
    const house = await makeHouse(hub.http, nodes, { reading: () => reading });
    const devices = await openDevices(
      hub,
      house,
      nodes.flatMap((node) => meters.map((meter) => `${node}/${meter}`)),
    );
    const { peak } = await load(hub, devices);
    console.log(
      `100 feeds at 10 s: ${figure(peak.all)} MB at most (own ${figure(peak.own)}), after the start ${figure(start.all)}; goal ${GOALS.homeMB}`,
    );
    return peak.all <= GOALS.homeMB;
  });
}

/** Thousands of devices in several households, each household with a browser open. */
async function village(): Promise<boolean> {
  return await withHub(async (hub) => {
    const late: number[] = [];
    const devices: Device[] = [];
    const stops: (() => void)[] = [];
    for (let first = 0; first < DEVICES; first += HOUSEHOLD) {
      const house = await makeHouse(hub.http, [], { name: `village${first}` });
      const names = Array.from({ length: Math.min(HOUSEHOLD, DEVICES - first) }, (_, index) => `meter${index}/power`);
      devices.push(...(await openDevices(hub, house, names)));
      stops.push(await watchLive(hub.http, house.key, (sent) => late.push((Date.now() - sent + WRAP) % WRAP)));
    }
    const idle = residentOf(hub.pid);
    await makeInputs(devices);
    late.length = 0;
    const { peak, acknowledged, published } = await load(hub, devices);
    for (const stop of stops) stop();
    const [p50, p99] = [percentile(late, 0.5), percentile(late, 0.99)];
    console.log(
      `${figure(devices.length)} devices: ${figure(published / SECONDS)} readings/s, ${figure(acknowledged)} of ${figure(published)} acknowledged, ${figure(late.length)} seen; ${figure(idle.all)} MB connected`,
    );
    console.log(
      `arrival to browser p50 ${p50} ms, p99 ${p99} ms (goal ${GOALS.lateMs}); ${figure(peak.all)} MB at most (own ${figure(peak.own)}), goal ${GOALS.villageMB}`,
    );
    return p99 <= GOALS.lateMs && peak.all <= GOALS.villageMB && late.length > published * 0.95;
  });
}

async function withHub<T>(work: (hub: BenchHub) => Promise<T>): Promise<T> {
  const hub = await startBenchHub();
  try {
    return await work(hub);
  } finally {
    await hub.stop();
  }
}

async function openDevices(hub: BenchHub, house: BenchHouse, names: readonly string[]): Promise<Device[]> {
  const port = Number(new URL(hub.mqtt).port);
  const devices: Device[] = [];
  for (let at = 0; at < names.length; at += TOGETHER) {
    const some = names.slice(at, at + TOGETHER);
    devices.push(...(await Promise.all(some.map((name) => openDevice(port, house, name)))));
  }
  return devices;
}

/** Each device says a first reading; what is measured begins when all are known. */
async function makeInputs(devices: readonly Device[]): Promise<void> {
  for (let at = 0; at < devices.length; at += TOGETHER) {
    for (const device of devices.slice(at, at + TOGETHER)) device.publish('1');
    while (sum(devices) < Math.min(at + TOGETHER, devices.length)) await pause(5);
  }
}

/** Each device speaks every ten seconds, evenly one after the other. */
async function load(hub: BenchHub, devices: readonly Device[]) {
  const before = sum(devices);
  const started = performance.now();
  let peak: Resident = { all: 0, own: 0 };
  let published = 0;
  while (performance.now() - started < SECONDS * 1000) {
    const due = Math.floor(((performance.now() - started) / PERIOD_MS) * devices.length);
    for (; published < due; published += 1) {
      devices[published % devices.length]?.publish(String(Date.now() % WRAP));
    }
    const now = residentOf(hub.pid);
    if (now.all > peak.all) peak = now;
    await pause(5);
  }
  await pause(1000);
  return { peak, published, acknowledged: sum(devices) - before };
}

function sum(devices: readonly Device[]): number {
  return devices.reduce((total, { acknowledged }) => total + acknowledged, 0);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
