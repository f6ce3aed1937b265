import { parseArgs } from 'node:util';
import { connect } from 'mqtt';
import { systemClock } from '../../lib/clock.ts';
import { FAULT_AFTER, faultNamed } from './fault.ts';
import { Charger } from './openevse/charger.ts';
import { type Say, wifiFour, wifiTwo } from './openevse/wifi.ts';

const HELP = `An OpenEVSE charger with a car that comes and goes.

npm run simulate openevse -- [options]
  --generation <2|4>  firmware up to version 3, or from version 4 on (default: 4)
  --topic <base>      where it publishes (default: emon/openevse)
  --id <id>           its own id, generation 4 (default: 0a1b2c3d4e5f)
  --url <url>         default mqtt://127.0.0.1:1883, or HEARTH_MQTT_URL
  --username <name>   or HEARTH_MQTT_USER
  --password <key>    or HEARTH_MQTT_KEY
  --interval <s>      seconds between what it tells (default: 30)
  --amps <n>          what the car draws (default: 16)
  --fault <name>      vanish or reboot
  --fault-after <s>   when (default: 20)
  --zone <name>       the time its own clock shows (default: utc)
`;

const OPTIONS = {
  generation: { type: 'string', default: '4' },
  topic: { type: 'string', default: 'emon/openevse' },
  id: { type: 'string', default: '0a1b2c3d4e5f' },
  url: { type: 'string' },
  username: { type: 'string' },
  password: { type: 'string' },
  interval: { type: 'string', default: '30' },
  amps: { type: 'string', default: '16' },
  fault: { type: 'string', default: 'none' },
  'fault-after': { type: 'string', default: FAULT_AFTER },
  zone: { type: 'string', default: 'utc' },
  help: { type: 'boolean', short: 'h' },
} as const;

const { values } = parseArgs({ options: OPTIONS });
if (values.help) process.stdout.write(HELP);
else run();

function run(): void {
  const { env } = process;
  const charger = new Charger(systemClock, values.zone);
  charger.draw(Number(values.amps));
  const wifi = values.generation === '2' ? wifiTwo(charger, values.topic) : wifiFour(charger, values.topic, values.id);
  const client = connect(values.url ?? env.HEARTH_MQTT_URL ?? 'mqtt://127.0.0.1:1883', {
    username: values.username ?? env.HEARTH_MQTT_USER ?? '',
    password: values.password ?? env.HEARTH_MQTT_KEY ?? '',
    will: { ...wifi.will, payload: Buffer.from(wifi.will.payload), qos: 1 },
    reconnectPeriod: 5000,
  });
  const say: Say = (topic, payload, options) => void client.publish(topic, payload, { qos: 0, ...options });
  client.on('error', (error) => process.stderr.write(`broker: ${error.message}\n`));
  client.on('connect', () => {
    process.stdout.write(`connected, publishes on ${values.topic}\n`);
    client.subscribe([...wifi.filters]);
    wifi.greet(say);
    wifi.tell(say);
  });
  client.on('message', (topic, payload) => {
    process.stdout.write(`${topic} ${payload.toString('utf8')}\n`);
    wifi.take(topic, payload.toString('utf8'), say);
  });
  const fault = faultNamed(values.fault);
  systemClock.after(Number(values['fault-after']) * 1000, () => {
    // without a goodbye: the broker says its will
    if (fault === 'vanish' || fault === 'reboot') client.stream.destroy();
    if (fault === 'vanish') process.exit(0);
  });
  systemClock.every(1000, () => charger.pass(1));
  systemClock.every(Number(values.interval) * 1000, () => {
    if (client.connected) wifi.tell(say);
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => client.end(true, () => process.exit(0)));
}
