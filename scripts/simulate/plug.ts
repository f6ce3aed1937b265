import { parseArgs } from 'node:util';
import { systemClock } from '../../lib/clock.ts';
import { Plug } from './plug/plug.ts';

const HELP = `A smart plug with EmonESP's firmware, which waits for the hub's beacon and asks to be let in.

npm run simulate plug -- [options]
  --node <name>        its name and node (default: smartplug1272)
  --type <type>        smartplug, wifirelay, hpmon or espwifi (default: smartplug)
  --beacon-port <n>    where it listens for the beacon (default: 5005)
  --address <ip>       listens on and asks from this address of the machine (default: all)
  --http-port <n>      where the hub serves HTTP (default: 80, as the firmware has it)
  --mqtt-port <n>      where the hub's broker is (default: 1883)
  --hub <host>         asks this hub at once, without waiting for a beacon
  --retry <seconds>    between two requests (default: 10)
  --stored <mode>      On, Off or Timer: what it does after a reboot (default: Off)
  --press-every <s>    somebody presses its button so often
  --reboot-after <s>   its power fails after so many seconds
  --drop-replies <n>   the first n logins it is sent are lost on the way
  --lowercase          says modes in small letters, as no firmware should
  --no-clock           never learns the time, so its timers are never due
`;

const OPTIONS = {
  node: { type: 'string', default: 'smartplug1272' },
  type: { type: 'string', default: 'smartplug' },
  'beacon-port': { type: 'string', default: '5005' },
  address: { type: 'string' },
  'http-port': { type: 'string', default: '80' },
  'mqtt-port': { type: 'string', default: '1883' },
  hub: { type: 'string' },
  retry: { type: 'string', default: '10' },
  stored: { type: 'string', default: 'Off' },
  'press-every': { type: 'string' },
  'reboot-after': { type: 'string' },
  'drop-replies': { type: 'string', default: '0' },
  lowercase: { type: 'boolean', default: false },
  'no-clock': { type: 'boolean', default: false },
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
  const plug = new Plug({
    node: values.node,
    type: oneOf(values.type, ['smartplug', 'wifirelay', 'hpmon', 'espwifi'], '--type'),
    clock: systemClock,
    beaconPort: Number(values['beacon-port']),
    // Broadcasts do not reach a socket that is bound to one address.
    beaconAddress: values.address?.startsWith('127.') ? values.address : '0.0.0.0',
    httpPort: Number(values['http-port']),
    mqttPort: Number(values['mqtt-port']),
    retry: Number(values.retry),
    stored: oneOf(values.stored, ['On', 'Off', 'Timer'], '--stored'),
    dropReplies: Number(values['drop-replies']),
    lowercase: values.lowercase,
    ...(values.address === undefined ? {} : { localAddress: values.address }),
    tell: (event) => process.stdout.write(`${values.node}: ${event}\n`),
  });
  plug.relay.clockSet = !values['no-clock'];
  await plug.start();
  if (values.hub) plug.hearFrom(values.hub);
  const alive = setInterval(() => undefined, 60_000);
  if (values['press-every']) systemClock.every(Number(values['press-every']) * 1000, () => plug.press());
  if (values['reboot-after']) systemClock.after(Number(values['reboot-after']) * 1000, () => void plug.reboot());
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      clearInterval(alive);
      void plug.stop().then(() => process.exit(0));
    });
}

function oneOf<T extends string>(word: string, words: readonly T[], option: string): T {
  const found = words.find((one) => one === word);
  if (!found) throw new Error(`${option} is one of ${words.join(', ')}.`);
  return found;
}
