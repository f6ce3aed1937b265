import { z } from 'zod';
import type { DeviceReading, Driver, Found } from './driver.ts';
import { jsonOf } from './json-path.ts';
import { figure, plausible, times } from './quantity.ts';

/** A consumer access device beside a smart meter: tells power when it changes, and all of it when asked. */
export const cad: Driver = {
  family: 'cad',
  capabilities: { read: 'push', switch: false },
  safeState: 'It only measures.',
  // It tells of changes by itself; silent for so long it may have gone.
  refreshInterval: 300,
  discover: { mqtt: ['openenergy/0/mtr/+/meter/read'], fromMqtt: foundIn },

  topics: ({ identity }) => [`openenergy/0/mtr/${identity}/meter/read`, `openenergy/0/res/${identity}/meter/+`],

  fromMqtt(device, topic, payload) {
    const [base, zero, way = '', serial, meter, what = ''] = topic.split('/');
    if (base !== 'openenergy' || zero !== '0' || meter !== 'meter' || serial !== device.identity) return null;
    if (!(way === 'mtr' && what === 'read') && !(way === 'res' && (what === 'read' || what === 'volt'))) return null;
    const said = MESSAGE.safeParse(jsonOf(payload));
    const reading = said.success ? readingOf(said.data, device.settings.energyUnit === 'Wh' ? 1 : 1000) : null;
    return reading && { online: true, reading };
  },

  async refresh(device, { mqtt }) {
    for (const what of ['read', 'volt'])
      await mqtt.publish(device.account, `openenergy/0/get/${device.identity}/meter/${what}`, '{}', { qos: 1 });
  },
};

/** A house’s meter cannot show more: what does is a fault on the way. */
const MOST_W = 120_000;
/** Seconds between what it tells while things change. */
const STEP = 10;
/** Longer than this it was not silent because nothing changed, but gone. */
const LONGEST_HOLD = 900;

const READ = z.object({ import: figure, export: figure, rate: figure, pf: figure });
const MESSAGE = z.object({
  ts: z.iso.datetime({ offset: true }).transform((text) => Math.floor(Date.parse(text) / 1000)),
  reads: z
    .array(READ.catch({ import: undefined, export: undefined, rate: undefined, pf: undefined }))
    .max(32)
    .default([]),
  voltage: figure,
});

function readingOf({ ts, reads, voltage }: z.infer<typeof MESSAGE>, unit: number): DeviceReading | null {
  const read = reads.find(({ rate }) => rate !== undefined) ?? reads[0];
  const isTrue = read?.rate === undefined || Math.abs(read.rate) < MOST_W;
  const { values, valid } = plausible({
    energy_wh: times(read?.import, unit),
    export_wh: times(read?.export, unit),
    factor: read?.pf,
    voltage_v: voltage,
  });
  if (read?.rate !== undefined) values.power_w = isTrue ? read.rate : null;
  if (Object.keys(values).length === 0) return null;
  return { time: ts, values, valid: valid && isTrue, holds: { step: STEP, most: LONGEST_HOLD } };
}

function foundIn(topic: string): Found | null {
  const serial = topic.split('/')[3] ?? '';
  if (!/^\w{10}$/.test(serial)) return null;
  const found = { family: 'cad', identity: serial, address: null, model: 'Consumer access device', name: serial };
  return { ...found, type: 'meter', supported: true };
}
