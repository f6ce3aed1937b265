import { z } from 'zod';
import { DeviceError, garbled, nowhere } from './device-error.ts';
import type { DeviceMessage, DeviceRef, Driver, Found, Ports } from './driver.ts';
import { macOf } from './mac.ts';
import { jsonOf } from './plain-topic.ts';
import { figure, plausible, times, total } from './quantity.ts';
import { type SeenShelly, shellyFound, withOutlets } from './shelly-found.ts';
import { askShelly, baseOf, channelOf, checkIdentity, greeting } from './shelly-http.ts';
import { runNow } from './windows.ts';

const MINUTES_AN_HOUR = 60;

/** Shelly's first generation: plugs and relays with a meter, and the one- and three-phase meters. */
export const shelly1: Driver = {
  family: 'shelly1',
  capabilities: { read: 'poll', switch: true, schedule: 'end' },
  safeState:
    'It ends a planned run by itself; otherwise it stays as it was last switched, and its own schedules go on. After a power cut it does as set in it.',
  interval: 10,
  discover: {
    mdns: ['_http._tcp'],
    // the name has half of the MAC in it: who it is, `identify` tells
    fromMdns: ({ name, addresses }) =>
      /^shelly/i.test(name) ? foundOf({ identity: '', model: name, address: addresses[0] ?? null }) : null,
    mqtt: ['shellies/announce'],
    fromMqtt(_topic, payload) {
      const said = ANNOUNCE.safeParse(jsonOf(payload)).data;
      const identity = macOf(said?.mac ?? '');
      if (!said || identity === undefined) return null;
      return foundOf({ identity, model: said.model, address: said.ip ?? null, topic: `shellies/${said.id}` });
    },
  },

  async identify(address, ports) {
    const said = GREETING.safeParse(await greeting(address, ports)).data;
    const identity = macOf(said?.mac ?? '');
    if (!said || identity === undefined) return null;
    const found = foundOf({ identity, model: said.type, address });
    return said.auth
      ? { ...found, note: 'It asks for a password.' }
      : withOutlets(found, [...Array(said.num_outputs).keys()]);
  },

  async read(device, ports) {
    const status = STATUS.safeParse(await askShelly(device, '/status', ports)).data;
    if (!status) throw garbled();
    checkIdentity(device, macOf(status.mac));
    const relay = status.relays[channelOf(device)];
    const { values, isValid } = status.emeters.length > 0 ? phases(status.emeters) : plugOf(device, status);
    const checked = plausible(values);
    const said = { ...(relay && { on: relay.ison }), ...(status.uptime !== undefined && { uptime: status.uptime }) };
    return { values: checked.values, valid: checked.valid && isValid, ...said };
  },

  async switch(device, on, ports) {
    const base = baseOf(device);
    const channel = channelOf(device);
    if (device.address === null && base !== undefined)
      return await ports.mqtt.publish(device.account, `${base}/relay/${channel}/command`, on ? 'on' : 'off', {
        qos: 1,
      });
    await turn(device, on ? 'turn=on' : 'turn=off', on, ports);
  },

  // an order on its topic has no timer
  async setWindow(device, periods, ports) {
    if (device.address === null) return { keeps: 'none', until: null };
    const run = runNow(periods, ports.clock.now() / 1000);
    if (run) await turn(device, `turn=on&timer=${run.seconds}`, true, ports);
    return { keeps: 'end', until: run?.until ?? null };
  },

  topics(device) {
    const base = baseOf(device);
    return base === undefined ? [] : [`${base}/#`];
  },

  fromMqtt(device, topic, payload) {
    const base = baseOf(device);
    return base !== undefined && topic.startsWith(`${base}/`)
      ? meaning(device, topic.slice(base.length + 1), payload.toString().slice(0, 400))
      : null;
  },

  async refresh(device, ports) {
    const base = baseOf(device);
    if (base === undefined) throw nowhere();
    await ports.mqtt.publish(device.account, `${base}/command`, 'update');
  },
};

const GREETING = z.object({
  type: z.string().min(1),
  mac: z.string(),
  auth: z.boolean().default(false),
  num_outputs: z.number().int().min(0).max(8).default(1),
});
const ANNOUNCE = z.object({
  id: z.string().regex(/^[\w-]{1,64}$/),
  mac: z.string(),
  model: z.string().default(''),
  ip: z
    .string()
    .regex(/^\d{1,3}(\.\d{1,3}){3}(:\d{1,5})?$/)
    .optional()
    .catch(undefined),
});
const RELAY = z.object({ ison: z.boolean() });
const METER = z.object({ power: figure, total: figure, is_valid: z.boolean().default(true) });
const EMETER = METER.extend({ pf: figure, current: figure, voltage: figure, total_returned: figure });
type Phase = z.infer<typeof EMETER>;
const STATUS = z.object({
  mac: z.string(),
  relays: z.array(RELAY).max(8).default([]),
  meters: z.array(METER).max(8).default([]),
  emeters: z.array(EMETER).max(8).default([]),
  temperature: figure,
  uptime: figure,
});

/** One order to the relay, which also ends a timer that ran. */
async function turn(device: DeviceRef, order: string, on: boolean, ports: Ports): Promise<void> {
  const path = `/relay/${channelOf(device)}?${order}`;
  const state = RELAY.safeParse(await askShelly(device, path, ports, { identified: true })).data;
  if (!state) throw garbled();
  if (state.ison !== on) throw new DeviceError('answer', 'The device did not switch.');
}

/** Every meter of this generation has a relay. */
function foundOf(seen: Omit<SeenShelly, 'family' | 'isMeter' | 'relay'>): Found {
  return shellyFound({ family: 'shelly1', isMeter: /EM/i.test(seen.model), relay: true, ...seen });
}

/** Plugs and relays count Watt-minutes. */
function plugOf(device: DeviceRef, { meters, temperature }: z.infer<typeof STATUS>) {
  const meter = meters[channelOf(device)];
  const energy = times(meter?.total, 1 / MINUTES_AN_HOUR);
  return {
    values: { power_w: meter?.power, energy_wh: energy, temperature_c: temperature },
    isValid: meter?.is_valid ?? true,
  };
}

/** The meters count Wh. A phase that is not valid makes the whole not valid, or a house would use a third of what it does. */
function phases(emeters: readonly Phase[]) {
  const values: Record<string, number | undefined> = {
    power_w: total(emeters.map(({ power }) => power)),
    energy_wh: total(emeters.map((phase) => phase.total)),
    energy_returned_wh: total(emeters.map(({ total_returned }) => total_returned)),
  };
  for (const [index, { power, pf, current, voltage }] of emeters.entries())
    for (const [name, value] of Object.entries({ power_w: power, voltage_v: voltage, current_a: current, factor: pf }))
      values[`${name}_${index + 1}`] = value;
  return { values, isValid: emeters.every(({ is_valid }) => is_valid) };
}

function meaning(device: DeviceRef, below: string, said: string): DeviceMessage | null {
  if (below === 'online') return said === 'true' || said === 'false' ? { online: said === 'true' } : null;
  const [part, index = '', name = ''] = below.split('/');
  if (part === 'relay' && Number(index) !== channelOf(device)) return null;
  if (part === 'relay' && name === '') return said === 'on' || said === 'off' ? { on: said === 'on' } : null;
  const value = figure.parse(said);
  if (value === undefined) return null;
  if (below === 'temperature') return { reading: plausible({ temperature_c: value }) };
  if (part === 'relay' && name === 'power') return { reading: plausible({ power_w: value }) };
  if (part === 'relay' && name === 'energy')
    return { reading: plausible({ energy_wh: times(value, 1 / MINUTES_AN_HOUR) }) };
  const quantity = part === 'emeter' && /^[0-2]$/.test(index) ? PHASE_TOPICS[name] : undefined;
  return quantity === undefined ? null : { reading: plausible({ [`${quantity}_${Number(index) + 1}`]: value }) };
}

const PHASE_TOPICS: Readonly<Record<string, string>> = {
  power: 'power_w',
  voltage: 'voltage_v',
  current: 'current_a',
  pf: 'factor',
  total: 'energy_wh',
  total_returned: 'energy_returned_wh',
};
