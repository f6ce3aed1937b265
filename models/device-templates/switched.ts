import type { Template } from '../device-template.ts';
import { input } from './parts.ts';

/** What a person sets for a device that runs when it is best. */
const CONTROL = {
  active: { name: 'Active', type: 'checkbox', default: 1 },
  period: { name: 'Run period', type: 'time', default: 0, resolution: 0.5 },
  end: { name: 'Complete by', type: 'time', default: 0, resolution: 0.5 },
  repeat: { name: 'Repeat', type: 'weekly-scheduler', default: [1, 1, 1, 1, 1, 0, 0] },
  interruptible: { name: 'May be interrupted', type: 'checkbox', default: 0 },
  runonce: true,
  basic: 0,
};
const inputs = ['period', 'end', 'interruptible', 'status'].map((name) => input(name));
const kind = { category: 'Control', group: 'Control', inputs, feeds: [] };

export const smartplug: Template = {
  ...kind,
  name: 'Smart plug',
  description: 'A plug with a relay that follows timers.',
  control: { ...CONTROL, signal: { name: 'Signal', type: 'select', default: 'carbonintensity' } },
};

export const wifirelay: Template = {
  ...kind,
  name: 'WiFi relay',
  description: 'A relay that follows timers.',
  control: CONTROL,
};

export const hpmon: Template = {
  ...kind,
  name: 'Heat pump monitor',
  description: 'A heat pump whose flow temperature and timers can be set.',
  control: CONTROL,
};
