import { addToDay } from '../day-total.ts';
import { ARG, type Process } from '../process.ts';

export const powerToKwhd: Process = {
  key: 'process__power_to_kwhd',
  id: 5,
  name: 'Power to kWh/d',
  short: 'kwhd',
  group: 'Power & Energy',
  description: 'Energy of each local day, from power in watts.',
  args: [{ type: ARG.feed, engines: [2, 0, 8], unit: 'kWhd' }],
  context: 'input',
  unit: 'kWhd',
  nochange: true,
  step: (value, feed, turn) => {
    const last = turn.feed(feed);
    const seconds = last ? turn.time - last.time : 0;
    addToDay(turn, feed, seconds > 0 && seconds < LONGEST_PAUSE_S ? (seconds * (value ?? 0)) / 3_600_000 : 0);
    return value;
  },
};

/** A longer silence says nothing about the power meanwhile. */
const LONGEST_PAUSE_S = 7200;
