import { parseArgs } from 'node:util';
import { systemClock } from '../../lib/clock.ts';
import { FAULT_AFTER, faultNamed } from './fault.ts';
import { Load } from './load.ts';
import { tasmotaVoice } from './tasmota/voice.ts';
import { onBroker, type Say } from './voice.ts';

const HELP = `A Tasmota plug on a broker.

npm run simulate tasmota -- [options]
  --url <url>        default mqtt://127.0.0.1:1883, or HEARTH_MQTT_URL
  --username <name>  or HEARTH_MQTT_USER
  --password <key>   or HEARTH_MQTT_KEY
  --topic <topic>    default tasmota_000031
  --mac <address>    default A0:20:A6:00:00:31
  --name <text>      default "Heater"
  --relays <number>  default 1
  --watts <number>   what each appliance draws (default 60)
  --period <s>       seconds between two reports (default 10)
  --fault <name>     none, lying, garbage, huge, vanish, reboot
  --fault-after <s>  when it vanishes or reboots (default 20)
`;

const OPTIONS = {
  url: { type: 'string' },
  username: { type: 'string' },
  password: { type: 'string' },
  topic: { type: 'string', default: 'tasmota_000031' },
  mac: { type: 'string', default: 'A0:20:A6:00:00:31' },
  name: { type: 'string', default: 'Heater' },
  relays: { type: 'string', default: '1' },
  watts: { type: 'string', default: '60' },
  period: { type: 'string', default: '10' },
  fault: { type: 'string', default: 'none' },
  'fault-after': { type: 'string', default: FAULT_AFTER },
  help: { type: 'boolean', short: 'h' },
} as const;

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const { env } = process;
  const clock = systemClock;
  const fault = faultNamed(values.fault);
  const faultAfterMs = Number(values['fault-after']) * 1000;
  const watts = fault === 'lying' ? 9e12 : Number(values.watts);
  const loads = Array.from({ length: Number(values.relays) }, () => new Load(clock, watts));
  const state = {
    mac: values.mac.replaceAll(':', ''),
    topic: values.topic,
    name: values.name,
    ip: '127.0.0.31',
    loads,
  };
  const login = {
    url: values.url ?? env.HEARTH_MQTT_URL ?? 'mqtt://127.0.0.1:1883',
    username: values.username ?? env.HEARTH_MQTT_USER,
    password: values.password ?? env.HEARTH_MQTT_KEY,
  };
  const { will } = tasmotaVoice(state, () => undefined);
  let reboot = () => {};
  await onBroker(
    (say) => {
      const voice = tasmotaVoice(state, spoilt(say, fault));
      reboot = voice.reboot;
      return voice;
    },
    login,
    { clock, everyMs: Number(values.period) * 1000, will },
  );
  process.stdout.write(`${values.topic} on ${login.url}\n`);
  if (fault === 'vanish') clock.after(faultAfterMs, () => process.exit(0));
  if (fault === 'reboot') clock.after(faultAfterMs, () => reboot());
}

/** What a broken device makes of its words. */
function spoilt(say: Say, fault: string): Say {
  if (fault === 'garbage') return (topic, payload, retain) => say(topic, payload.slice(payload.length / 2), retain);
  if (fault === 'huge') return (topic, payload, retain) => say(topic, payload + ' '.repeat(200_000), retain);
  return say;
}
