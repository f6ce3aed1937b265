import { z } from 'zod';
import type { DeviceMessage, DeviceRef, Driver, Found, FoundService, OnPeriod } from './driver.ts';
import { jsonOf } from './json-path.ts';
import { chargerMessage, chargerTopic } from './openevse-wire.ts';
import { clockAt } from './windows.ts';

/** OpenEVSE chargers with the WiFi firmware from version 4 on, which announce themselves and can be claimed. */
export const openevse4: Driver = {
  family: 'openevse4',
  capabilities: { read: 'push', switch: true, schedule: 'window' },
  safeState:
    'It goes on with the times it was given; otherwise it stays as it was last switched until somebody switches it at the charger.',
  interval: 30,
  discover: {
    mqtt: ['openevse/announce/+'],
    fromMqtt: foundIn,
    mdns: ['_openevse._tcp'],
    fromMdns: foundAs,
  },

  topics: (device) => [`${topicOf(device)}/#`, announceOf(device)],

  fromMqtt(device, topic, payload) {
    if (topic === announceOf(device)) return presence(device, payload);
    const base = topicOf(device);
    if (!topic.startsWith(`${base}/`)) return null;
    const name = topic.slice(base.length + 1);
    if (name === 'override' || name === 'claim') return ordered(payload);
    return chargerMessage(name, payload.toString('utf8').trim());
  },

  switch: (device, on, { mqtt }) => {
    const order = JSON.stringify({ state: on ? 'active' : 'disabled' });
    const way = device.settings.control === 'claim' ? 'claim' : 'override';
    return mqtt.publish(device.account, `${topicOf(device)}/${way}/set`, order, { qos: 1 });
  },

  // Without any event and any order it charges: its timetable ends with an Off, also where nothing is planned.
  async setWindow(device, periods, { mqtt, clock }, zone) {
    const now = clock.now() / 1000;
    const kept = ofTheWeek(periods, now);
    const tell = (name: string, text: string) =>
      mqtt.publish(device.account, `${topicOf(device)}/${name}`, text, { qos: 1 });
    const planned = kept.flatMap(([start, end], at) => [event(2 * at, start, zone), event(2 * at + 1, end, zone)]);
    const events = planned.length > 0 ? planned : [event(1, now, zone)];
    await tell('schedule/set', JSON.stringify(events));
    for (const id of IDS.filter((one) => !events.some((event) => event.id === one)))
      await tell('schedule/clear', `${id}`);
    if (kept.length > 0) await release(device, tell);
    return { keeps: 'windows', until: kept.at(-1)?.[1] ?? null };
  },

  async configure(device, settings, { mqtt }) {
    const { current, release } = SETTINGS.parse(settings);
    const tell = (name: string, text: string) =>
      mqtt.publish(device.account, `${topicOf(device)}/${name}/set`, text, { qos: 1 });
    if (current !== undefined) await tell('claim', JSON.stringify({ charge_current: current }));
    if (release !== true) return;
    await tell('override', 'clear');
    await tell('claim', 'release');
  },
};

const MOST_PERIODS = 6;
/** The hub's events in its timetable: numbers far from those that a person's get. */
const IDS = Array.from({ length: 2 * MOST_PERIODS }, (_, at) => 8001 + at);
/** It repeats its events each week. */
const HORIZON = 6 * 86_400;

function ofTheWeek(periods: readonly OnPeriod[], now: number): OnPeriod[] {
  return periods
    .filter(([start, end]) => end > now && start > now - HORIZON && end < now + HORIZON)
    .slice(0, MOST_PERIODS);
}

/** The beginning of a period or, the odd ones, its end. */
function event(at: number, time: number, zone: string) {
  const local = clockAt(time, zone).setLocale('en');
  const state = at % 2 === 0 ? 'active' : 'disabled';
  return { id: IDS[at], state, time: local.toFormat('HH:mm:ss'), days: [local.toFormat('cccc').toLowerCase()] };
}

/** What it was ordered outranks its timetable, so the order is taken back; a limit of its current stays. */
async function release({ settings }: DeviceRef, tell: (name: string, text: string) => Promise<void>): Promise<void> {
  if (settings.control !== 'claim') await tell('override/set', 'clear');
  else if (typeof settings.current !== 'number') await tell('claim/set', 'release');
  else await tell('claim/set', JSON.stringify({ charge_current: settings.current }));
}

const SETTINGS = z.object({
  current: z.int().min(6).max(80).optional(),
  /** The charger goes by its own schedule again. */
  release: z.boolean().optional(),
});
const ORDER = z.object({ state: z.enum(['active', 'disabled']) });
const ANNOUNCEMENT = z.object({
  state: z.enum(['connected', 'disconnected']),
  id: z.string().regex(/^[\w-]{4,64}$/),
  name: z.string().max(128).default(''),
  mqtt: z.string().regex(/^[^+#\0]{1,128}$/),
  http: z.string().default(''),
});

const topicOf = (device: DeviceRef) => chargerTopic(device, 'openevse');
const announceOf = ({ identity }: DeviceRef) => `openevse/announce/${identity.slice(-4)}`;

/** Two chargers may have the same last four digits. */
function presence({ identity }: DeviceRef, payload: Buffer): DeviceMessage | null {
  const said = ANNOUNCEMENT.safeParse(jsonOf(payload));
  if (!said.success || said.data.id !== identity) return null;
  if (said.data.state === 'disconnected') return { online: false };
  const address = addressIn(said.data.http);
  return { online: true, reboot: true, ...(address === null ? {} : { address }) };
}

/** Its order is our own as often as a person's at the charger. */
function ordered(payload: Buffer): DeviceMessage | null {
  const order = ORDER.safeParse(jsonOf(payload));
  return order.success ? { online: true, on: order.data.state === 'active' } : null;
}

function foundIn(_topic: string, payload: Buffer): Found | null {
  const said = ANNOUNCEMENT.safeParse(jsonOf(payload));
  if (!said.success || said.data.state !== 'connected') return null;
  const { id, name, mqtt, http } = said.data;
  return { ...foundOf(id, name, addressIn(http)), settings: { topic: mqtt } };
}

function foundAs({ type, name, addresses, txt }: FoundService): Found | null {
  if (type !== '_openevse._tcp' || !txt.id) return null;
  return foundOf(txt.id, name, addresses[0] ?? null);
}

function foundOf(id: string, name: string, address: string | null): Found {
  return { family: 'openevse4', identity: id, address, model: 'OpenEVSE', name, type: 'charger', supported: true };
}

function addressIn(url: string): string | null {
  return /^http:\/\/([\w.:-]{1,128})\/?$/.exec(url)?.[1] ?? null;
}
