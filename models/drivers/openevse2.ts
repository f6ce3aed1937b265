import { z } from 'zod';
import type { DeviceMessage, DeviceRef, Driver, Found, MqttPort } from './driver.ts';
import { chargerMessage, chargerTopic } from './openevse-wire.ts';
import { figure, times } from './quantity.ts';
import { clockAt, ofTheDay } from './windows.ts';

/** OpenEVSE chargers with the WiFi firmware up to version 3: figures every 30 s, commands in RAPI. */
export const openevse2: Driver = {
  family: 'openevse2',
  capabilities: { read: 'push', switch: true, schedule: 'window' },
  safeState: 'It stays as it was last switched; its own timer goes on.',
  interval: 30,
  discover: { mqtt: ['emon/+', 'openevse'], fromMqtt: foundIn },

  topics: (device) => [topicOf(device), `${topicOf(device)}/#`],

  fromMqtt(device, topic, payload) {
    const base = topicOf(device);
    const text = payload.toString('utf8').trim();
    if (topic === base) return presence(text);
    if (!topic.startsWith(`${base}/`)) return null;
    const name = topic.slice(base.length + 1);
    return withPower(device, name, text, chargerMessage(name, text, { wh: ['energy_wh', 1] }));
  },

  switch: (device, on, { mqtt }) => command(device, on ? '$FE' : '$FS', '', mqtt),

  // Its own clock is set to the time of the place. All noughts end the timer.
  async setWindow(device, periods, { mqtt, clock }, zone) {
    const now = clock.now() / 1000;
    const [window] = ofTheDay(periods, now, 1);
    if (window && window[0] <= now) await command(device, '$FE', '', mqtt);
    const times = window?.map((time) => clockAt(time, zone).toFormat('HH mm')) ?? ['00 00', '00 00'];
    await command(device, '$ST', times.join(' '), mqtt);
    return { keeps: 'windows', until: window?.[1] ?? null };
  },

  async configure(device, settings, { mqtt }) {
    const { current } = SETTINGS.parse(settings);
    if (current !== undefined) await command(device, '$SC', String(current), mqtt);
  },
};

const SETTINGS = z.object({ current: z.int().min(6).max(80).optional() });

function command(device: DeviceRef, name: string, args: string, mqtt: MqttPort): Promise<void> {
  return mqtt.publish(device.account, `${topicOf(device)}/rapi/in/${name}`, args, { qos: 1 });
}

/** Volts where nobody set what the charger has: it measures current alone. */
const MAINS = 230;

// Such a charger has no name of its own but the topic that was typed into it.
const topicOf = (device: DeviceRef) => chargerTopic(device, device.identity);

function presence(text: string): DeviceMessage | null {
  if (text === 'connected') return { online: true, reboot: true };
  return text === 'disconnected' ? { online: false } : null;
}

/** Its power is worked out from its current, which it measures. */
function withPower({ settings }: DeviceRef, name: string, text: string, message: DeviceMessage | null) {
  const { reading } = message ?? {};
  if (name !== 'amp' || !reading?.valid) return message;
  const volts = typeof settings.voltage === 'number' ? settings.voltage : MAINS;
  const power = times(figure.parse(text), volts / 1000) ?? null;
  return { ...message, reading: { ...reading, values: { ...reading.values, power_w: power } } };
}

function foundIn(topic: string, payload: Buffer): Found | null {
  if (payload.toString('utf8') !== 'connected') return null;
  const name = topic.split('/').at(-1) ?? topic;
  const found = { family: 'openevse2', identity: topic, address: null, model: 'OpenEVSE', name };
  return { ...found, type: 'charger', supported: true, settings: { topic } };
}
