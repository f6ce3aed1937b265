import { z } from 'zod';
import type { DeviceMessage, DeviceRef, Driver, Found, FoundService, OnPeriod } from './driver.ts';
import { figuresIn, isFigure } from './plain-figures.ts';
import { clockAt, ofTheDay } from './windows.ts';

const TYPES: Readonly<Record<string, string>> = {
  smartplug: 'Smart plug',
  wifirelay: 'WiFi relay',
  hpmon: 'Heat pump monitor',
  espwifi: 'WiFi sensor',
};

/** EmonESP: smart plug, relay and heat pump monitor, which keep two windows of the day by themselves. */
export const emonesp: Driver = {
  family: 'emonesp',
  capabilities: { read: 'push', switch: true, schedule: 'window' },
  safeState:
    'It stays as it was last switched, or goes on with the windows it was given; a power cut takes it back to its own.',
  discover: { mqtt: ['emon/+/describe'], fromMqtt: foundIn, mdns: ['_emonesp._tcp'], fromMdns: foundAs },

  topics: (device) => [`${topicOf(device)}/#`],

  fromMqtt(device, topic, payload) {
    const base = topicOf(device);
    const text = payload.toString('utf8').trim();
    if (topic === base) return figuresIn(text);
    return topic.startsWith(`${base}/`) ? meaningOf(topic.slice(base.length + 1), text) : null;
  },

  // The firmware takes every word it does not know, `on` included, for Off.
  switch: (device, on, { mqtt }) =>
    mqtt.publish(device.account, `${topicOf(device)}/in/ctrlmode`, on ? 'On' : 'Off', { qos: 1 }),

  refresh: (device, { mqtt }) => mqtt.publish(device.account, `${topicOf(device)}/in/state`, '1'),

  // An order takes it out of its windows; the word Timer brings it back.
  async setWindow(device, periods, { mqtt, clock }) {
    const kept = ofTheDay(periods, clock.now() / 1000, 2);
    const tell = (name: string, text: string) =>
      mqtt.publish(device.account, `${topicOf(device)}/in/${name}`, text, { qos: 1 });
    await tell('timer', timers(kept));
    if (kept.length > 0) await tell('ctrlmode', 'Timer');
    return { keeps: 'windows', until: kept.at(-1)?.[1] ?? null };
  },

  async configure(device, settings, { mqtt }) {
    const { flow } = SETTINGS.parse(settings);
    if (flow !== undefined) await mqtt.publish(device.account, `${topicOf(device)}/in/flowT`, String(flow), { qos: 1 });
  },
};

const SETTINGS = z.object({ flow: z.number().min(0).max(80).optional() });

function topicOf({ settings, identity }: DeviceRef): string {
  return typeof settings.topic === 'string' ? settings.topic : `emon/${identity}`;
}

/** It tells of itself whenever it comes to the broker, after a start above all: then it has lost what it was told. */
function meaningOf(name: string, text: string): DeviceMessage | null {
  if (name === 'describe') return { reboot: true, online: true };
  if (name === 'out/state') return stateIn(text);
  // Never the echo of a command: only the button and the device's own page say it.
  if (name === 'out/ctrlmode' && (text === 'On' || text === 'Off'))
    return { on: text === 'On', wish: true, online: true };
  return isFigure(name) ? figuresIn(`{"${name}":${text}}`) : null;
}

/** The firmware answers an object with its mode; in its windows that does not tell whether it is on. Others answer 0 or 1. */
function stateIn(text: string): DeviceMessage | null {
  if (/^[01]$/.test(text)) return { on: text === '1', wish: false, online: true };
  const { ctrlmode, ip } = STATE.safeParse(jsonIn(text)).data ?? {};
  if (ctrlmode === undefined) return null;
  const address = ip ? { address: ip } : {};
  return { ...(ctrlmode === 'Timer' ? {} : { on: ctrlmode === 'On', wish: false }), online: true, ...address };
}

const STATE = z.object({ ctrlmode: z.enum(['On', 'Off', 'Timer']), ip: z.ipv4().optional().catch(undefined) });

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Both timers, always: one that is not told stays as it was. Equal times are never on. Its clock goes by UTC. */
function timers(kept: readonly OnPeriod[]): string {
  const hourMinute = (time: number) => clockAt(time, 'utc').toFormat('HHmm');
  return [0, 1].map((at) => (kept[at] ?? [0, 0]).map(hourMinute).join(' ')).join(' ');
}

function foundIn(topic: string, payload: Buffer): Found | null {
  const [, node = ''] = topic.split('/');
  return foundOf(node, payload.toString('utf8').trim(), null);
}

function foundAs({ type, name, addresses, txt }: FoundService): Found | null {
  return type === '_emonesp._tcp' ? foundOf(name, txt.node_type ?? '', addresses[0] ?? null) : null;
}

function foundOf(node: string, type: string, address: string | null): Found | null {
  const model = TYPES[type];
  if (!model || !/^[\w-]{1,64}$/.test(node)) return null;
  return { family: 'emonesp', identity: node, address, model: `EmonESP ${model}`, name: node, type, supported: true };
}
