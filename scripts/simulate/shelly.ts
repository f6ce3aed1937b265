import { parseArgs } from 'node:util';
import { Bonjour } from 'bonjour-service';
import { systemClock } from '../../lib/clock.ts';
import { systemRandom } from '../../lib/random.ts';
import { FAULT_AFTER, FAULTS, faultNamed } from './fault.ts';
import { isKind, KINDS } from './shelly/kinds.ts';
import { shellyServer } from './shelly/server.ts';
import { idOf, type ShellyState, shellyState } from './shelly/state.ts';
import { shellyVoice } from './shelly/voice.ts';
import { onBroker } from './voice.ts';

const HELP = `A Shelly on this machine: HTTP, mDNS and, where a broker is given, MQTT.

npm run simulate shelly -- [options]
  --kind <name>      ${Object.keys(KINDS).join(', ')} (default plus-plug-s)
  --host <ip>        default 127.0.0.21
  --port <number>    default 8080
  --mac <address>    default A8:03:2A:00:00:21
  --name <text>      what it calls itself
  --watts <number>   what its appliance draws (default 60)
  --lock <password>  asks for this password: basic in the first generation, digest with SHA-256 in the second
  --lock-broker      asks for it over MQTT too, which the maker's firmware does not
  --url <url>        broker, e.g. mqtt://127.0.0.1:1883, or HEARTH_MQTT_URL
  --username <name>  or HEARTH_MQTT_USER
  --password <key>   or HEARTH_MQTT_KEY
  --fault <name>     ${FAULTS.join(', ')}
  --fault-after <s>  when it vanishes or reboots (default 20)
  --no-mdns          is not announced by mDNS
`;

const OPTIONS = {
  kind: { type: 'string', default: 'plus-plug-s' },
  host: { type: 'string', default: '127.0.0.21' },
  port: { type: 'string', default: '8080' },
  mac: { type: 'string', default: 'A8:03:2A:00:00:21' },
  name: { type: 'string', default: '' },
  watts: { type: 'string', default: '60' },
  lock: { type: 'string' },
  'lock-broker': { type: 'boolean', default: false },
  url: { type: 'string' },
  username: { type: 'string' },
  password: { type: 'string' },
  fault: { type: 'string', default: 'none' },
  'fault-after': { type: 'string', default: FAULT_AFTER },
  'no-mdns': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h' },
} as const;

const TELL_MS = 10_000;

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
  const { kind, host, mac, name, lock } = values;
  if (!isKind(kind)) throw new Error(`--kind is one of ${Object.keys(KINDS).join(', ')}.`);
  const clock = systemClock;
  const state = shellyState({
    ...{ kind, mac, name, clock },
    ...{ password: lock, guardsBroker: values['lock-broker'], watts: Number(values.watts) },
  });
  if (state.kind.phases > 0) clock.every(60_000, () => keepMinute(state, clock.seconds()));
  const fault = faultNamed(values.fault);
  const faultAfterMs = Number(values['fault-after']) * 1000;
  const server = await shellyServer({ state, host, port: Number(values.port), fault, clock, random: systemRandom });
  process.stdout.write(`${idOf(state)} on http://${server.address}\n`);
  if (fault === 'vanish') clock.after(faultAfterMs, () => process.exit(0));
  if (fault === 'reboot') clock.after(faultAfterMs, () => state.loads.map((load) => load.reboot()));
  if (!values['no-mdns']) announce(idOf(state), state.kind.generation, server.address);
  const { env } = process;
  const url = values.url ?? env.HEARTH_MQTT_URL;
  if (!url) return;
  const login = {
    url,
    username: values.username ?? env.HEARTH_MQTT_USER,
    password: values.password ?? env.HEARTH_MQTT_KEY,
  };
  const online = `${state.kind.generation === 1 ? 'shellies/' : ''}${idOf(state)}/online`;
  await onBroker((say) => shellyVoice(state, server.address, say), login, {
    clock,
    everyMs: TELL_MS,
    will: [online, 'false'],
  });
}

/** It keeps what flowed in the minute that ends now. */
function keepMinute({ minutes, loads }: ShellyState, now: number): void {
  minutes.push({ ts: now - 60, wattHours: (loads[0]?.watts ?? 0) / 60 });
}

function announce(name: string, generation: 1 | 2, address: string): void {
  const port = Number(address.split(':')[1]);
  const bonjour = new Bonjour();
  bonjour.publish({ name, type: 'http', port, txt: { id: name } });
  if (generation === 2) bonjour.publish({ name, type: 'shelly', port, txt: { gen: '2', ver: '1.3.3' } });
}
