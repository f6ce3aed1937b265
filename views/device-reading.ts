import type { Words } from './page.ts';

/** What a reading is called on the page of its device: in words where its name is a known one, else as the device says it. */
export function readingName(name: string, { t }: Pick<Words, 't'>): string {
  const [, plain = '', part] = PARTS.exec(name) ?? [];
  const known = NAMES.get(plain);
  if (known === undefined) return name;
  const words = t(`device.reading.${known}`);
  return part === undefined ? words : t('device.reading.part', { name: words, part });
}

/** What the hub itself notes of a polled device, as a sentence; null for what is a figure. */
export function readingSentence(name: string, value: number | null, { t }: Pick<Words, 't'>): string | null {
  if (!SENTENCES.has(name) || value === null) return null;
  return t(`device.reading.${name}.${value === 0 ? 'no' : 'yes'}`);
}

/** A name, and of which phase, socket or meter it is. */
const PARTS = /^(.+?)(?:_?(\d{1,2}))?$/;

/** Whether it is no figure: what the hub notes of a device, or its switch. */
export function isNote(name: string): boolean {
  return SENTENCES.has(name);
}

const SENTENCES: ReadonlySet<string> = new Set(['fetch_success', 'is_valid', 'switch']);

const NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    power: ['power_w', 'power', 'active_power', 'active_power_w', 'watt'],
    reactive: ['reactive_var', 'reactive_power'],
    apparent: ['apparent_va', 'apparent_power'],
    energy: ['energy_wh', 'energy_kwh', 'energy', 'total_wh', 'kwh', 'wh'],
    energy_day: ['energy_kwhd', 'kwhd'],
    export: ['export_wh', 'export_kwh', 'energy_returned_wh'],
    session: ['session_wh', 'session_kwh'],
    voltage: ['voltage_v', 'voltage', 'volts'],
    current: ['current_a', 'current', 'amp'],
    pilot: ['pilot_a', 'pilot'],
    frequency: ['frequency_hz', 'frequency'],
    factor: ['factor', 'power_factor'],
    temperature: ['temperature_c', 'temperature', 'temp'],
    humidity: ['humidity_pct', 'humidity'],
    signal: ['rssi', 'signal', 'srssi', 'rssi_dbm', 'signal_dbm'],
    battery: ['battery', 'battery_pct'],
    switch: ['switch', 'state'],
  }).flatMap(([word, names]) => names.map((name) => [name, word] as const)),
);
