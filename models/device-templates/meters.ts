import type { Template } from '../device-template.ts';
import { feed, input, into } from './parts.ts';

const meter = { category: 'Sensors', group: 'OpenEnergyMonitor' };

export const emonth2: Template = {
  ...meter,
  name: 'emonTH',
  description: 'Temperature and humidity of a room.',
  inputs: [
    input('temperature', 'Temperature', into('temperature')),
    input('humidity', 'Relative humidity', into('humidity')),
  ],
  feeds: [feed('temperature', '°C', 60), feed('humidity', '%', 60)],
};

const channels = ['1', '2', '3'];

export const emonpi2: Template = {
  ...meter,
  name: 'emonPi, emonTx',
  description: 'Voltage, and power and energy of three channels.',
  inputs: [
    input('Vrms', 'Voltage', into('voltage')),
    ...channels.map((n) =>
      input(`P${n}`, `Power ${n}`, into(`power${n}`), into(`energy${n}`, 'process__power_to_kwh')),
    ),
  ],
  feeds: [
    feed('voltage', 'V', 10),
    ...channels.flatMap((n) => [feed(`power${n}`, 'W', 10), feed(`energy${n}`, 'kWh', 10)]),
  ],
};

export const tasmota: Template = {
  ...meter,
  name: 'Tasmota plug',
  group: 'Tasmota',
  description: 'Power and energy of a plug with Tasmota.',
  inputs: [
    input('ENERGY_Power', 'Power', into('power')),
    input('ENERGY_Total', 'Energy', into('energy', 'process__kwh_accumulator')),
  ],
  feeds: [feed('power', 'W', 10), feed('energy', 'kWh', 10)],
  control: {},
};
