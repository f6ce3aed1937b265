import { addToDay } from '../day-total.ts';
import { ARG, type Process } from '../process.ts';

export const whincToKwhd: Process = {
  key: 'process__whinc_to_kwhd',
  id: 8,
  name: 'Wh increments to kWh/d',
  short: 'whinckwhd',
  group: 'Power & Energy',
  description: 'Sums watt-hours counted since the last packet into each local day’s energy.',
  args: [{ type: ARG.feed, engines: [2, 0, 8], unit: 'kWhd' }],
  context: 'input',
  unit: 'kWhd',
  nochange: true,
  step: (value, feed, turn) => {
    addToDay(turn, feed, (value ?? 0) / 1000);
    return value;
  },
};
