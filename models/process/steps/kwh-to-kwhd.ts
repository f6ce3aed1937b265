import { addToDay } from '../day-total.ts';
import { ARG, type Process } from '../process.ts';
import { REFERENCE } from '../state-slot.ts';

export const kwhToKwhd: Process = {
  key: 'process__kwh_to_kwhd',
  id: 23,
  name: 'kWh to kWh/d',
  short: 'kwhkwhd',
  group: 'Power & Energy',
  description: 'Energy of each local day, from a meter reading in kWh.',
  args: [{ type: ARG.feed, engines: [2], unit: 'kWhd' }],
  context: 'input',
  unit: 'kWhd',
  nochange: true,
  requireredis: true,
  step: (value, feed, turn) => {
    if (value === null) return null;
    const before = turn.state(feed, REFERENCE);
    if (before === undefined || value >= before) turn.remember(feed, REFERENCE, value);
    if (before !== undefined) addToDay(turn, feed, Math.max(0, value - before));
    return value;
  },
};
