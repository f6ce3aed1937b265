import { z } from 'zod';
import { DeviceError } from './device-error.ts';
import type { DeviceMessage, DeviceRef, Driver } from './driver.ts';
import { jsonOf, valueAt } from './json-path.ts';
import { figure, plausible, times } from './quantity.ts';

/** Any relay that is switched by a word on one topic and tells its state by a word on another, as a person has written down. */
export const mqttRelay: Driver = {
  family: 'mqtt-relay',
  capabilities: { read: 'push', switch: true },
  safeState: 'It stays as it was last switched.',

  topics(device) {
    const parsed = SETTINGS.safeParse(device.settings);
    if (!parsed.success) return [];
    const { command, state, query, readings } = parsed.data;
    return [...new Set([command, state, query, ...readings.map(({ topic }) => topic)].flatMap((topic) => topic ?? []))];
  },

  fromMqtt(device, topic, payload) {
    const { data: settings } = SETTINGS.safeParse(device.settings);
    if (!settings) return null;
    const values = settings.readings
      .filter((reading) => reading.topic === topic)
      .map(({ name, path, factor }) => [name, times(figure.parse(said(payload, path)), factor)] as const);
    const on = topic === settings.state ? stateIn(settings, payload) : undefined;
    if (on === undefined && values.every(([, value]) => value === undefined)) return null;
    const message: DeviceMessage = { online: true, ...(on === undefined ? {} : { on }) };
    return values.length === 0 ? message : { ...message, reading: plausible(Object.fromEntries(values)) };
  },

  async switch(device, on, { mqtt }) {
    const { command, words, retain } = settingsOf(device);
    await mqtt.publish(device.account, command, on ? words.on : words.off, { qos: 1, retain });
  },

  async refresh(device, { mqtt }) {
    const { query } = settingsOf(device);
    if (query !== undefined) await mqtt.publish(device.account, query, '');
  },
};

const topic = z.string().regex(/^[^+#\0$][^+#\0]{0,127}$/);
const word = z.string().max(64);

const SETTINGS = z.object({
  /** Where it listens. */
  command: topic,
  /** Where it tells its state; where it does not, its state is not known. */
  state: topic.optional(),
  /** In a JSON payload: where the state's word stands, e.g. `relays[0].on`. */
  statePath: z.string().max(128).optional(),
  query: topic.optional(),
  words: z.object({ on: word, off: word }).default({ on: 'ON', off: 'OFF' }),
  retain: z.boolean().default(false),
  readings: z
    .array(
      z.object({
        name: z.string().regex(/^[a-z]\w{0,63}$/),
        topic,
        path: z.string().max(128).optional(),
        factor: z.number().default(1),
      }),
    )
    .max(32)
    .default([]),
});
type Settings = z.infer<typeof SETTINGS>;

function settingsOf({ settings }: DeviceRef): Settings {
  const parsed = SETTINGS.safeParse(settings);
  if (!parsed.success) throw new DeviceError('unsupported', 'This relay’s topics are not set.');
  return parsed.data;
}

/** A word that is neither is no state, least of all Off. */
function stateIn({ words, statePath }: Settings, payload: Buffer): boolean | undefined {
  const state = String(said(payload, statePath) ?? '').toLowerCase();
  if (state === words.on.toLowerCase()) return true;
  return state === words.off.toLowerCase() ? false : undefined;
}

function said(payload: Buffer, path: string | undefined): unknown {
  return path === undefined ? payload.toString('utf8').trim() : valueAt(jsonOf(payload), path);
}
