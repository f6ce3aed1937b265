import { z } from 'zod';
import { DeviceError, garbled } from './device-error.ts';
import type { DeviceMessage, DeviceRef, Driver, Found, Ports } from './driver.ts';
import { macOf } from './mac.ts';
import { isPlainTopic, jsonOf } from './plain-topic.ts';
import { type SeenShelly, shellyFound, withOutlets } from './shelly-found.ts';
import { askShelly, baseOf, channelOf, checkIdentity, greeting } from './shelly-http.ts';
import { missedMinutes } from './shelly2-past.ts';
import { ANSWERS, callOnBroker } from './shelly2-rpc.ts';
import { type Components, componentsOf, readingOf, switchOf } from './shelly2-status.ts';
import { runNow } from './windows.ts';

/** Shelly's second generation and later: plugs, relays and meters that are spoken to by remote procedure calls. */
export const shelly2: Driver = {
  family: 'shelly2',
  capabilities: { read: 'poll', switch: true, schedule: 'end' },
  safeState:
    'It ends a planned run by itself; otherwise it stays as it was last switched, and its own schedules and scripts go on. After a power cut it does as set in it.',
  interval: 10,
  discover: {
    mdns: ['_shelly._tcp'],
    fromMdns: ({ name, addresses, port, txt }) =>
      foundById(name, { model: txt.app ?? '', address: addresses[0] ? `${addresses[0]}:${port}` : null }),
    mqtt: ['+/events/rpc'],
    fromMqtt(topic, payload) {
      const said = EVENT.safeParse(jsonOf(payload)).data;
      const prefix = topic.replace(/\/events\/rpc$/, '');
      if (!said || !isPlainTopic(prefix)) return null;
      return foundById(said.src, { model: said.src.replace(/-[^-]*$/, ''), address: null, topic: prefix });
    },
  },

  async identify(address, ports) {
    const said = GREETING.safeParse(await greeting(address, ports)).data;
    const identity = macOf(said?.mac ?? '');
    if (!said || identity === undefined) return null;
    const name = said.name ?? '';
    const found = { ...foundOf({ identity, model: said.model, address, topic: said.id }), name };
    if (said.auth_en) return { ...found, note: 'It asks for a password.' };
    return withOutlets(found, relaysOf(await statusAt(address, ports)));
  },

  async read(device, ports) {
    const status = componentsOf(await askShelly(device, '/rpc/Shelly.GetStatus', ports));
    if (!status) throw garbled();
    checkIdentity(device, macOf(status.mac ?? ''));
    return readingOf(status, channelOf(device));
  },

  missed: (device, since, ports) => missedMinutes(device, since, ports),

  switch: (device, on, ports) => turn(device, { on }, ports),

  async setWindow(device, periods, ports) {
    const run = runNow(periods, ports.clock.now() / 1000);
    if (run) await turn(device, { on: true, toggle_after: run.seconds }, ports);
    return { keeps: 'end', until: run?.until ?? null };
  },

  topics(device) {
    const base = baseOf(device);
    return base === undefined ? [] : [`${base}/#`];
  },

  fromMqtt(device, topic, payload) {
    const base = baseOf(device);
    if (base === undefined || !topic.startsWith(`${base}/`)) return null;
    const below = topic.slice(base.length + 1);
    const text = payload.toString();
    if (below === 'online') return text === 'true' || text === 'false' ? { online: text === 'true' } : null;
    const said = jsonOf(payload);
    const name = /^status\/(\w+:\d+)$/.exec(below)?.[1];
    const status = componentsOf(name === undefined ? partsIn(below, said) : { [name]: said });
    return status ? meaningOf(status, channelOf(device)) : null;
  },

  refresh: (device, ports) => callOnBroker(device, 'Shelly.GetStatus', {}, ports),
};

/** One order to the relay, which also ends a timer that ran. */
async function turn(device: DeviceRef, order: { on: boolean; toggle_after?: number }, ports: Ports): Promise<void> {
  const params = { id: channelOf(device), ...order };
  if (device.address === null && baseOf(device) !== undefined)
    return await callOnBroker(device, 'Switch.Set', params, ports);
  const body = JSON.stringify(params);
  const ask = { method: 'POST', type: 'application/json', body, identified: true } as const;
  const answer = SWITCHED.safeParse(await askShelly(device, '/rpc/Switch.Set', ports, ask)).data;
  if (!answer) throw new DeviceError('answer', 'The device did not switch.');
}

const GREETING = z.object({
  id: z.string().refine(isPlainTopic),
  mac: z.string(),
  gen: z.number().int().min(2),
  model: z.string().default(''),
  name: z.string().nullish(),
  auth_en: z.boolean().default(false),
});
const EVENT = z.object({ src: z.string(), method: z.string().startsWith('Notify') });
const SWITCHED = z.object({ was_on: z.boolean() });

type Seen = Omit<SeenShelly, 'family' | 'isMeter' | 'relay'>;

/** Meters with a relay for a contactor, as each name they go by says: Pro EM-50 and EM Gen 3. */
const RELAYED = /ProEM(50)?(-|$)|SPEM-002|^(shelly)?EMG3|S3EM-002/i;

/** A Shelly's own id ends in its MAC, whatever a person has named it. */
function foundById(id: string, seen: Omit<Seen, 'identity'>): Found | null {
  const identity = macOf(/^shelly[\w]*-([0-9a-f]{12})$/i.exec(id)?.[1] ?? '');
  return identity === undefined ? null : foundOf({ identity, topic: id.toLowerCase(), ...seen });
}

function foundOf(seen: Seen): Found {
  const isMeter = /EM|PM.*mini/i.test(seen.model) && !/1PM|2PM|4PM/i.test(seen.model);
  return shellyFound({ family: 'shelly2', isMeter, relay: RELAYED.test(seen.model), ...seen });
}

async function statusAt(address: string, { http }: Ports): Promise<Components | undefined> {
  const answer = await http.fetch(address, '/rpc/Shelly.GetStatus').catch(() => undefined);
  return answer?.status === 200 ? componentsOf(jsonOf(answer.body)) : undefined;
}

function relaysOf(status: Components | undefined): number[] {
  const switches = [...(status?.parts.keys() ?? [])].filter((name) => name.startsWith('switch:'));
  return switches.map((name) => Number(name.slice('switch:'.length)));
}

function meaningOf(status: Components, channel: number): DeviceMessage | null {
  const { on, source } = switchOf(status, channel);
  const reading = readingOf(status, channel);
  const measures = Object.keys(reading.values).length > 0 || !reading.valid;
  if (!measures && on === undefined) return null;
  return { ...(measures ? { reading } : {}), ...(on === undefined ? {} : { on, ...moverOf(source) }) };
}

/** Who moved the relay: of what came by network it is not known whether a person sent it. */
function moverOf(source: string | undefined): { wish?: boolean; reboot?: boolean } {
  if (source === 'button' || source === 'switch') return { wish: true };
  if (source === 'timer' || source === 'overpower') return { wish: false };
  return source === 'init' ? { reboot: true } : {};
}

/** The parts of the status in a notification, or in the answer to a call. */
function partsIn(below: string, said: unknown): unknown {
  if (below === `${ANSWERS}/rpc`) return ANSWERED.safeParse(said).data?.result;
  return below === 'events/rpc' ? NOTIFIED.safeParse(said).data?.params : undefined;
}

const ANSWERED = z.object({ result: z.record(z.string(), z.unknown()) });
const NOTIFIED = z.object({
  method: z.enum(['NotifyStatus', 'NotifyFullStatus']),
  params: z.record(z.string(), z.unknown()),
});
