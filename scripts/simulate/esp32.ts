import { parseArgs } from 'node:util';
import { systemClock } from '../../lib/clock.ts';
import { systemRandom } from '../../lib/random.ts';
import { post } from './esp32/post.ts';
import { Sensor } from './esp32/sensor.ts';

const HELP = `Sensors of the ESP32 platform and the gateway that passes on what they measure, seven readings at a time.

npm run simulate esp32 -- [options]
  --url <url>       the hub (default: http://127.0.0.1:8080, or HEARTH_URL)
  --key <key>       the household's write key; without one the hub must be letting devices in
  --sensors <n>     how many (default: 2)
  --interval <s>    seconds between two readings of each (default: 10)
  --direct          the sensors post to the hub themselves, without a gateway
  --reboot-every <n>  a sensor starts anew after so many readings
  --count <n>       ends after so many readings of each
`;

const OPTIONS = {
  url: { type: 'string' },
  key: { type: 'string' },
  sensors: { type: 'string', default: '2' },
  interval: { type: 'string', default: '10' },
  direct: { type: 'boolean', default: false },
  'reboot-every': { type: 'string' },
  count: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

const GATEWAY = '24:0a:c4:00:00:01';
const BUFFER = 7;

const { values } = parseArgs({ options: OPTIONS });
if (values.help) process.stdout.write(HELP);
else await run();

async function run(): Promise<void> {
  const base = values.url ?? process.env.HEARTH_URL ?? 'http://127.0.0.1:8080';
  const key = values.key === undefined ? '' : `?apikey=${values.key}`;
  const sensors = Array.from({ length: Number(values.sensors) }, (_, at) => {
    const name = `24:0a:c4:00:01:${(at + 16).toString(16)}`;
    return new Sensor({ clock: systemClock, random: systemRandom }, name, at % 2 === 0 ? 'climate' : 'light');
  });
  let buffer: object[] = [];
  const rounds = Number(values.count ?? Number.POSITIVE_INFINITY);
  for (let round = 1; round <= rounds; round += 1) {
    for (const sensor of sensors) {
      if (values.direct) await send(`${base}/device${key}`, sensor.measure());
      else buffer.push(sensor.measure());
      if (values['reboot-every'] && round % Number(values['reboot-every']) === 0) sensor.reboot();
    }
    if (buffer.length >= BUFFER) {
      await send(`${base}/telemetry/${key}`, { name: GATEWAY, data: buffer });
      // Whatever came of it: the firmware sends a batch once.
      buffer = [];
    }
    await new Promise((resolve) => setTimeout(resolve, Number(values.interval) * 1000));
  }
}

async function send(url: string, body: object): Promise<void> {
  const answer = await post(url, body).catch((error: Error) => ({ status: 0, text: error.message }));
  process.stdout.write(`${answer.status} ${answer.text}\n`);
}
