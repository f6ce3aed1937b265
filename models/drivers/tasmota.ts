import { z } from 'zod';
import { DeviceError } from './device-error.ts';
import type { DeviceMessage, DeviceRef, Driver, Found } from './driver.ts';
import { macOf } from './mac.ts';
import { isPlainTopic, jsonOf } from './plain-topic.ts';
import { measured } from './tasmota-sensor.ts';
import { runNow } from './windows.ts';

/** Devices with the Tasmota firmware, by MQTT alone: sockets, relays and meter readers. */
export const tasmota: Driver = {
  family: 'tasmota',
  capabilities: { read: 'push', switch: true, schedule: 'end' },
  safeState:
    'It ends a planned run by itself; otherwise it stays as it was last switched, and its own timers and rules go on. After a power cut it does as PowerOnState says.',
  discover: {
    mqtt: ['tasmota/discovery/+/config'],
    fromMqtt: (_topic, payload) => foundOf(CONFIG.safeParse(jsonOf(payload)).data),
  },

  // where it announces itself, too: a login of its own that may not is cut off each time it connects
  topics: (device) => [
    ...['stat', 'tele', 'cmnd'].map((prefix) => topicOf(device, prefix as Prefix, '#')),
    `tasmota/discovery/${device.identity.split('.')[0]?.toUpperCase()}/#`,
  ],

  fromMqtt(device, topic, payload) {
    for (const prefix of ['tele', 'stat'] as const) {
      const base = topicOf(device, prefix, '');
      if (topic.startsWith(base)) return meaning(device, topic.slice(base.length), payload);
    }
    return null;
  },

  async switch(device, on, { mqtt }) {
    const { onText, offText } = wordsOf(device);
    await mqtt.publish(device.account, topicOf(device, 'cmnd', powerOf(device)), on ? onText : offText, { qos: 1 });
  },

  // Its own timers go by a clock that may be set to any zone or not at all; how long it stays on, it counts itself.
  async setWindow(device, periods, { mqtt, clock }) {
    const run = runNow(periods, clock.now() / 1000, MOST_PULSE);
    const order = (name: string, text: string) =>
      mqtt.publish(device.account, topicOf(device, 'cmnd', name), text, { qos: 1 });
    await order(powerOf(device).replace('POWER', 'PulseTime'), run ? `${run.seconds + PULSE_SECONDS}` : '0');
    if (run) await order(powerOf(device), wordsOf(device).onText);
    return { keeps: 'end', until: run?.until ?? null };
  },

  async refresh(device, { mqtt }) {
    await mqtt.publish(device.account, topicOf(device, 'cmnd', 'State'), '');
    await mqtt.publish(device.account, topicOf(device, 'cmnd', 'Status'), '8');
  },

  async configure(device, settings, { mqtt }) {
    const { interval } = PERIOD.parse(settings);
    if (interval !== undefined)
      await mqtt.publish(device.account, topicOf(device, 'cmnd', 'TelePeriod'), `${interval}`);
  },
};

/** From 112 on, a PulseTime is so many seconds and a hundred; below that it is tenths. */
const PULSE_SECONDS = 100;
const MOST_PULSE = 64_800;

type Prefix = 'cmnd' | 'stat' | 'tele';

/** The shortest period the firmware keeps. */
const PERIOD = z.object({ interval: z.number().int().min(10).max(3600).optional().catch(undefined) });

const level = z.string().refine(isPlainTopic);
const CONFIG = z.object({
  mac: z.string().transform((mac) => macOf(mac) ?? ''),
  ip: z.ipv4().optional().catch(undefined),
  dn: z.string().default(''),
  md: z.string().default(''),
  fn: z.array(z.string().nullable()).default([]),
  hn: z.string().default(''),
  t: level,
  // without a word of its own in them its topics would be every Tasmota’s
  ft: z
    .string()
    .regex(/%prefix%/)
    .regex(/%(topic|id|hostname)%/),
  tp: z.tuple([level, level, level]).default(['cmnd', 'stat', 'tele']),
  rl: z.array(z.number()).max(64).default([]),
  onln: z.string().max(64).default('Online'),
  ofln: z.string().max(64).default('Offline'),
  state: z.array(z.string().max(64)).default([]),
});
type Config = z.infer<typeof CONFIG>;

const SETTINGS = z.object({
  topics: z.object({ cmnd: level, stat: level, tele: level }),
  online: z.string(),
  offline: z.string(),
  on: z.string(),
  off: z.string(),
  relay: z.number().optional(),
  relays: z.number(),
});

function foundOf(config: Config | undefined): Found | null {
  if (!config || config.mac === '') return null;
  const topics = topicsOf(config);
  if (!topics) return null;
  const relays = config.rl.flatMap((kind, index) => (kind === 1 ? [index + 1] : []));
  const { onln: online, ofln: offline, state } = config;
  const settings = { topics, online, offline, off: state[0] || 'OFF', on: state[1] || 'ON', relays: relays.length };
  const found = {
    family: 'tasmota',
    identity: config.mac,
    address: config.ip ?? null,
    model: config.md,
    name: config.dn || (config.fn[0] ?? ''),
    type: relays.length > 0 ? 'plug' : 'sensor',
    supported: true,
    settings: relays.length === 1 ? { ...settings, relay: relays[0] } : settings,
  };
  if (relays.length < 2) return found;
  const outlet = (relay: number): Found => ({
    ...found,
    identity: `${config.mac}.${relay}`,
    name: config.fn[relay - 1] || `${found.name} ${relay}`,
    settings: { ...settings, relay },
  });
  return { ...found, type: 'strip', children: relays.map(outlet) };
}

/** The beginnings of its three kinds of topics, from the pattern a person may have changed; undefined where they are not plain. */
function topicsOf({ ft, t, tp, hn, mac }: Config): Record<Prefix, string> | undefined {
  const [cmnd, stat, tele] = tp.map((prefix) =>
    ft
      .replace('%prefix%', prefix)
      .replace('%topic%', t)
      .replace('%hostname%', hn)
      .replace('%id%', mac.slice(-6).toUpperCase())
      .replace(/\/$/, ''),
  );
  const topics = z.object({ cmnd: level, stat: level, tele: level }).safeParse({ cmnd, stat, tele }).data;
  return topics && new Set(Object.values(topics)).size === 3 ? topics : undefined;
}

function settingsOf({ settings }: DeviceRef): z.infer<typeof SETTINGS> {
  const known = SETTINGS.safeParse(settings).data;
  if (!known) throw new DeviceError('unreachable', 'It is not known on which topics this device is.');
  return known;
}

function topicOf(device: DeviceRef, prefix: Prefix, below: string): string {
  return `${settingsOf(device).topics[prefix]}/${below}`;
}

function wordsOf(device: DeviceRef): { onText: string; offText: string } {
  const { on, off } = settingsOf(device);
  return { onText: on, offText: off };
}

/** `POWER`, or with its number where there are several. */
function powerOf(device: DeviceRef): string {
  const { relay, relays } = settingsOf(device);
  if (relay === undefined) throw new DeviceError('unsupported', 'This device has no relay.');
  return relays > 1 ? `POWER${relay}` : 'POWER';
}

function meaning(device: DeviceRef, below: string, payload: Buffer): DeviceMessage | null {
  const { online, offline, relay } = settingsOf(device);
  const text = payload.toString().slice(0, 64);
  if (below === 'LWT') return text === online || text === offline ? { online: text === online } : null;
  if (relay !== undefined && below === powerOf(device)) return switched(device, text);
  const said = OBJECT.safeParse(jsonOf(payload)).data;
  if (!said) return null;
  // it says why it has started in the third of the messages it sends then
  if (below === 'INFO3') return { reboot: true };
  const sensors = OBJECT.safeParse(said.StatusSNS).data ?? said;
  const power = relay === undefined ? undefined : (said[powerOf(device)] ?? (relay === 1 ? said.POWER1 : undefined));
  const state = typeof power === 'string' ? switched(device, power) : null;
  const reading = MEASURED.has(below) ? measured(sensors, relay ?? 1, settingsOf(device).relays) : null;
  return state || reading ? { ...state, ...(reading ? { reading } : {}) } : null;
}

function switched(device: DeviceRef, text: string): { on: boolean } | null {
  const { on, off } = settingsOf(device);
  return text === on || text === off ? { on: text === on } : null;
}

const MEASURED = new Set(['SENSOR', 'STATUS8', 'STATUS10']);
const OBJECT = z.record(z.string(), z.unknown());
