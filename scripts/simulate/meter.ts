import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { systemClock } from '../../lib/clock.ts';
import { publishRows } from './meter/gateway.ts';
import { parseRows, type Row, shiftRows } from './meter/rows.ts';

const HELP = `A meter gateway: publishes the rows of a CSV over MQTT with QoS 1.

npm run simulate meter -- --file <csv> [options]
  --file <csv>       first line: names, one of them "time" (Unix seconds)
  --speed <N|max>    N times real time (default 1), or as fast as acknowledged
  --node <name>      publishes on emon/<name> (default: meter)
  --shift now        moves the rows in time: at speed 1 the first is now, else the last
  --url <url>        default mqtt://127.0.0.1:1883, or HEARTH_MQTT_URL
  --username <name>  the account's name, or HEARTH_MQTT_USER
  --password <key>   its write API key, or HEARTH_MQTT_KEY
  --ca <file>        for mqtts: the certificate authority to trust
`;

const OPTIONS = {
  file: { type: 'string' },
  speed: { type: 'string', default: '1' },
  url: { type: 'string' },
  username: { type: 'string' },
  password: { type: 'string' },
  ca: { type: 'string' },
  node: { type: 'string', default: 'meter' },
  shift: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`\n${error.message}\n`);
    process.exit(1);
  },
);

async function main(): Promise<number> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help || !values.file) {
    process.stdout.write(HELP);
    return values.help ? 0 : 2;
  }
  const { env } = process;
  const speed = speedOf(values.speed);
  const rows = readRows(values.file, values.shift, speed);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const started = systemClock.monotonic();
  const progress = progressLine(rows.length);
  const acknowledged = await publishRows(rows, {
    url: values.url ?? env.HEARTH_MQTT_URL ?? 'mqtt://127.0.0.1:1883',
    username: values.username ?? env.HEARTH_MQTT_USER,
    password: values.password ?? env.HEARTH_MQTT_KEY,
    ca: values.ca,
    node: values.node,
    speed,
    clock: systemClock,
    progress,
    signal: stop.signal,
  });
  const seconds = (systemClock.monotonic() - started) / 1000;
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  process.stdout.write(`${acknowledged} of ${rows.length} rows acknowledged in ${seconds.toFixed(1)} s\n`);
  return acknowledged === rows.length ? 0 : 130;
}

function speedOf(text: string): number {
  const speed = text === 'max' ? Number.POSITIVE_INFINITY : Number(text);
  if (!(speed > 0)) throw new Error(`--speed ${text}: give a number above 0, or "max"`);
  return speed;
}

function readRows(file: string, shift: string | undefined, speed: number): Row[] {
  if (shift !== undefined && shift !== 'now') throw new Error(`--shift ${shift}: the only shift is "now"`);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${file} cannot be read: ${(error as Error).message}`);
  }
  try {
    const rows = parseRows(text);
    return shift ? shiftRows(rows, systemClock.seconds(), speed === 1) : rows;
  } catch (error) {
    throw new Error(`${file}, ${(error as Error).message}`);
  }
}

/** Rewrites one line on a terminal; elsewhere writes one every ten seconds. */
function progressLine(total: number): (acknowledged: number) => void {
  const { isTTY } = process.stderr;
  let told = systemClock.monotonic();
  return (acknowledged) => {
    const now = systemClock.monotonic();
    if (now - told < (isTTY ? 200 : 10_000)) return;
    told = now;
    process.stderr.write(isTTY ? `\r${acknowledged} of ${total} rows` : `${acknowledged} of ${total} rows\n`);
  };
}
