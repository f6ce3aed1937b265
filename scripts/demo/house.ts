import type { Found } from '../../models/drivers/driver.ts';

/** The household of the demo and how to sign in. */
export const HOUSEHOLD = {
  home: 'Tan-y-bryn',
  username: 'demo',
  password: 'tan-y-bryn',
  zone: 'Europe/London',
} as const;

export const SEED = 1867;

/** Addresses on loopback where the polled devices answer. */
export const PLACES = { kasa: '127.0.0.61', heatPump: '127.0.0.62' } as const;
export const HEAT_PUMP_PORT = 8062;

/** What the demo's devices are: six families. */
export interface Member {
  readonly shape: 'fridge' | 'washing' | 'immersion' | 'car' | 'heatPump' | 'attic';
  readonly name: string;
  readonly room: string;
  readonly place: string;
  readonly node: string;
  readonly found: Found;
  /** What it records by itself. */
  readonly names: readonly string[];
}

const counted = ['power_w', 'energy_kwh'];

export const MEMBERS: readonly Member[] = [
  {
    ...{ shape: 'fridge', name: 'Fridge', room: 'Kitchen', place: 'r.r1.c1', node: 'fridge' },
    found: found('kasa', '50c7bf000061', 'HS110(UK)', 'plug', `${PLACES.kasa}:9999`),
    names: [...counted, 'switch'],
  },
  {
    ...{ shape: 'washing', name: 'Washing machine', room: 'Utility room', place: 'w.r1.c2', node: 'smartplug1272' },
    found: found('emonesp', 'smartplug1272', 'EmonESP Smart plug', 'smartplug', null),
    names: ['switch'],
  },
  {
    ...{ shape: 'immersion', name: 'Immersion heater', room: 'Airing cupboard', place: 'b.r1.c1', node: 'immersion' },
    found: found('mqtt-relay', 'immersion', 'Relay', 'relay', null, {
      ...{ command: 'relays/immersion/set', state: 'relays/immersion/state', query: 'relays/immersion/ask' },
      readings: [
        { name: 'power_w', topic: 'relays/immersion/power' },
        { name: 'energy_wh', topic: 'relays/immersion/energy' },
      ],
    }),
    names: [...counted, 'switch'],
  },
  {
    ...{ shape: 'car', name: 'Car charger', room: 'Drive', place: 'e.r1.c1', node: 'car' },
    found: found('openevse4', '0a1b2c3d4e5f', 'OpenEVSE', 'charger', null, { topic: 'openevse' }),
    names: [...counted, 'switch'],
  },
  {
    ...{ shape: 'heatPump', name: 'Heat pump', room: 'Yard', place: 'h.r1.c1', node: 'heatpump' },
    found: found('http-meter', 'heatpump', 'JSON meter', 'heat pump', `${PLACES.heatPump}:${HEAT_PUMP_PORT}`, {
      path: '/meter.json',
      values: { power_w: { path: 'electric.power' }, energy_wh: { path: 'electric.energy', factor: 1000 } },
    }),
    names: counted,
  },
  {
    ...{ shape: 'attic', name: 'Attic', room: 'Attic', place: 's.r1.c1', node: 'attic' },
    found: found('esp32', '240ac4000110', 'ESP32 sensor', 'sensor', null),
    names: [],
  },
];

function found(
  family: string,
  identity: string,
  model: string,
  type: string,
  address: string | null,
  settings: Found['settings'] = {},
): Found {
  return { family, identity, address, model, name: model, type, supported: true, settings };
}
