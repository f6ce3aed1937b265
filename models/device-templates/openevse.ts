import type { Template } from '../device-template.ts';
import { feed, input, into, times } from './parts.ts';

const SECONDS = 30;
const tenth = (name: string) => input(name, 'Temperature', times(0.1), into(`ev_${name}`));

/** A single-phase OpenEVSE: current in mA, energy in Wh, temperatures in tenths of a degree. */
export const openevse: Template = {
  name: 'OpenEVSE',
  category: 'Electric vehicle',
  group: 'OpenEVSE',
  description: 'A charger for electric vehicles, single phase.',
  inputs: [
    input('amp', 'Charging current', times(0.001), into('ev_current'), times(230), into('ev_power')),
    input('wh', 'Energy', times(0.001), into('ev_energy', 'process__kwh_accumulator')),
    tenth('temp1'),
    tenth('temp2'),
    tenth('temp4'),
    ...['state', 'vehicle', 'manual_override', 'pilot', 'divertmode'].map((name) =>
      input(name, '', into(`ev_${name}`)),
    ),
  ],
  feeds: [
    feed('ev_current', 'A', SECONDS),
    feed('ev_power', 'W', SECONDS),
    feed('ev_energy', 'kWh', SECONDS),
    ...['temp1', 'temp2', 'temp4'].map((name) => feed(`ev_${name}`, '°C', SECONDS)),
    ...['state', 'vehicle', 'manual_override', 'divertmode'].map((name) => feed(`ev_${name}`, '', SECONDS)),
    feed('ev_pilot', 'A', SECONDS),
  ],
  control: {},
};
