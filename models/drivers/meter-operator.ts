import { z } from 'zod';
import type { DeviceReading, DeviceRef, Driver, Found } from './driver.ts';
import { jsonOf } from './json-path.ts';
import { figure, plausible, times } from './quantity.ts';

/** A meter whose operator passes its registers on over MQTT, and whose power is told when asked. */
export const meterOperator: Driver = {
  family: 'meter-operator',
  capabilities: { read: 'push', switch: false },
  safeState: 'It only measures.',
  discover: { mqtt: ['mtr/e/+'], fromMqtt: foundIn },

  topics: ({ identity }) => [`mtr/e/${identity}`, `resp/+/${identity}`],

  fromMqtt(device, topic, payload) {
    const isReply = topic.startsWith('resp/') && topic.endsWith(`/${device.identity}`);
    if (!isReply && topic !== `mtr/e/${device.identity}`) return null;
    const readings = isReply ? powerIn(payload) : registersIn(device, payload);
    const [reading, ...before] = readings.reverse();
    if (!reading) return null;
    return { online: true, reading, ...(before.length === 0 ? {} : { earlier: before.reverse() }) };
  },

  refresh: (device, { mqtt }) =>
    mqtt.publish(device.account, `cfg/e/${device.identity}`, 'meter.total_kW?', { qos: 1 }),
};

const time = z.iso.datetime({ offset: true }).transform((text) => Math.floor(Date.parse(text) / 1000));
const serial = z.union([z.string(), z.number()]).transform(String);
const REPLY = z.object({ value: z.union([z.number(), z.string()]) });
const CUMULATIVE = z.object({
  cumulative: z.object({
    ...{ serial, timeStamp: time },
    ...{ import_kWh: figure, export_kWh: figure, import_kvarh: figure },
    ...{ export_kvarh: figure, import_kVAh: figure, export_kVAh: figure },
  }),
});
const HALF_HOUR = z.object({ serial, date: time, unit: z.literal('kWh'), import: figure, export: figure });
/** Two months of half-hours. */
const PROFILE = z.object({ profile: z.array(z.unknown()).max(3000) });

function powerIn(payload: Buffer): DeviceReading[] {
  const reply = REPLY.safeParse(jsonOf(payload));
  const power = reply.success ? times(figure.parse(reply.data.value), 1000) : undefined;
  return power === undefined ? [] : [plausible({ power_w: power })];
}

/** Ascending in time. Entries of another meter, and such as cannot be understood, are left out. */
function registersIn({ identity }: DeviceRef, payload: Buffer): DeviceReading[] {
  const json = jsonOf(payload);
  const whole = CUMULATIVE.safeParse(json);
  if (whole.success) return whole.data.cumulative.serial === identity ? [registers(whole.data.cumulative)] : [];
  const profile = PROFILE.safeParse(json);
  if (!profile.success) return [];
  return profile.data.profile
    .flatMap((entry) => HALF_HOUR.safeParse(entry).data ?? [])
    .filter((entry) => entry.serial === identity)
    .sort((one, other) => one.date - other.date)
    .map((entry) => ({
      time: entry.date,
      ...plausible({ halfhour_import_kwh: entry.import, halfhour_export_kwh: entry.export }),
    }));
}

function registers(said: z.infer<typeof CUMULATIVE>['cumulative']): DeviceReading {
  return {
    time: said.timeStamp,
    ...plausible({
      energy_wh: times(said.import_kWh, 1000),
      export_wh: times(said.export_kWh, 1000),
      import_varh: times(said.import_kvarh, 1000),
      export_varh: times(said.export_kvarh, 1000),
      import_vah: times(said.import_kVAh, 1000),
      export_vah: times(said.export_kVAh, 1000),
    }),
  };
}

function foundIn(topic: string): Found | null {
  const id = topic.split('/')[2] ?? '';
  if (!/^[\w-]{1,64}$/.test(id)) return null;
  const found = { family: 'meter-operator', identity: id, address: null, model: 'Meter by its operator', name: id };
  return { ...found, type: 'meter', supported: true };
}
