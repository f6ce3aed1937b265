import { z } from 'zod';
import { DeviceError, nowhere } from './device-error.ts';
import type { DeviceReading, DeviceRef, Driver, Found } from './driver.ts';
import type { HttpAnswer } from './http-port.ts';
import { valueAt } from './json-path.ts';
import { figure, plausible, times } from './quantity.ts';

const METERREAD = '/ajax/meterread';

/** A meter that answers JSON on plain HTTP: the EDMI gateway as it is, any other by where its figures stand. */
export const httpMeter: Driver = {
  family: 'http-meter',
  capabilities: { read: 'poll', switch: false },
  safeState: 'It only measures.',
  interval: 10,

  async identify(address, { http }) {
    const answer = await http.fetch(address, METERREAD, { timeoutMs: 2000 });
    if (answer.status !== 200) return null;
    const { values } = readingOf(answer, EDMI);
    return typeof values.power_w === 'number' && typeof values.energy_wh === 'number' ? gateway(address) : null;
  },

  async read(device, { http }) {
    if (device.address === null) throw nowhere();
    const { path, values, login } = settingsOf(device);
    const answer = await http.fetch(device.address, path, login ? { login } : {});
    if (answer.status !== 200) throw new DeviceError('answer', `The meter answered ${answer.status}.`);
    const reading = readingOf(answer, values);
    if (Object.keys(reading.values).length === 0)
      throw new DeviceError('garbled', 'The meter’s answer has none of its figures in it.');
    return reading;
  },
};

const PLACE = z.object({ path: z.string().min(1).max(128), factor: z.number().default(1) });
type Places = Readonly<Record<string, { readonly path: string; readonly factor: number }>>;

const at = (path: string, factor = 1) => ({ path, factor });
/** Its own `time` is left alone: it has no zone and is often wrong. */
const EDMI: Places = {
  power_w: at('kW', 1000),
  energy_wh: at('imkWh', 1000),
  export_wh: at('exkWh', 1000),
  voltage_v: at('V'),
  frequency_hz: at('Hz'),
  factor: at('pf'),
  import_varh: at('imkvarh', 1000),
  export_varh: at('exkvarh', 1000),
  import_vah: at('imkVAh', 1000),
  export_vah: at('exkVAh', 1000),
};

const SETTINGS = z.object({
  path: z
    .string()
    .regex(/^\/[^\s#]{0,255}$/)
    .default(METERREAD),
  /** Our names of its figures, and where each stands. */
  values: z.record(z.string().regex(/^[a-z]\w{0,63}$/), PLACE).default({ ...EDMI }),
  login: z.object({ user: z.string().max(128), password: z.string().max(128) }).optional(),
});

function settingsOf({ settings }: DeviceRef): z.infer<typeof SETTINGS> {
  const parsed = SETTINGS.safeParse(settings);
  if (!parsed.success) throw new DeviceError('unsupported', 'Where this meter’s figures stand is not set.');
  return parsed.data;
}

function readingOf(answer: HttpAnswer, places: Places): DeviceReading {
  const json = answer.json();
  return plausible(
    Object.fromEntries(
      Object.entries(places).map(([name, { path, factor }]) => [
        name,
        times(figure.parse(valueAt(json, path)), factor),
      ]),
    ),
  );
}

/** The gateway tells nothing that is its own, and a house has one. */
function gateway(address: string): Found {
  const found = { family: 'http-meter', identity: 'meterread', address, model: 'EDMI gateway', name: 'Smart meter' };
  return { ...found, type: 'meter', supported: true };
}
