import { parseArgs } from 'node:util';
import { systemClock } from '../../lib/clock.ts';
import { FAULT_AFTER, FAULTS, faultNamed } from './fault.ts';
import { hearBroadcasts, type KasaPlug, kasaPlug, klapPlug, type SimulatedKasa } from './kasa/house.ts';

const HELP = `TP-Link Kasa plugs on this machine, each on an address of its own with port 9999.

npm run simulate kasa -- [options]
  --models <list>   hs100, hs110, hs110v2, hs300, separated by commas (default: all four)
  --address <ip>    address of the first plug, the others follow (default 127.0.0.11)
  --klap            adds a plug whose firmware Hearth cannot read (answers on UDP 20002)
  --fault <name>    what all of them do wrong: ${FAULTS.join(', ')}
  --fault-after <s>  when it vanishes or reboots (default 20)

The hub finds them with HEARTH_BEACON_ADDRESS=127.255.255.255 and HEARTH_LOOPBACK_DEVICES=1.
`;

const OPTIONS = {
  models: { type: 'string', default: 'hs100,hs110,hs110v2,hs300' },
  address: { type: 'string', default: '127.0.0.11' },
  klap: { type: 'boolean', default: false },
  fault: { type: 'string', default: 'none' },
  'fault-after': { type: 'string', default: FAULT_AFTER },
  help: { type: 'boolean', short: 'h' },
} as const;

const NAMES = { hs100: 'Lamp', hs110: 'Fridge', hs110v2: 'Washing machine', hs300: 'Desk' } as const;

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
  const fault = faultNamed(values.fault);
  const faultAfterMs = Number(values['fault-after']) * 1000;
  const plugs = values.models.split(',').map((model, index): KasaPlug => {
    if (!isModel(model)) throw new Error(`There is no model ${model}.`);
    const mac = `50:C7:BF:00:00:${(index + 16).toString(16).toUpperCase()}`;
    return { model, address: next(values.address, index), alias: NAMES[model], mac, fault, faultAfterMs };
  });
  await hearBroadcasts();
  for (const plug of plugs) {
    const device = kasaPlug(plug, systemClock);
    await device.start();
    systemClock.every(1000, () => use(device));
    process.stdout.write(`${plug.model} “${plug.alias}” on ${plug.address}:9999\n`);
  }
  if (values.klap) await klapPlug({ mac: '50:C7:BF:00:00:FF', model: 'HS110(UK)' });
}

/** A load that comes and goes while the plug is on, and is counted. */
function use({ realtime, isOn }: SimulatedKasa): void {
  if (!realtime || realtime.power > 1e6) return;
  const isBusy = systemClock.seconds() % 120 < 60;
  realtime.power = isOn() ? (isBusy ? 1850 : 3) : 0;
  realtime.current = realtime.power / realtime.voltage;
  realtime.total += realtime.power / 3_600_000;
}

function isModel(model: string): model is KasaPlug['model'] {
  return model in NAMES;
}

function next(address: string, index: number): string {
  const bytes = address.split('.').map(Number);
  return [...bytes.slice(0, 3), (bytes[3] ?? 0) + index].join('.');
}
