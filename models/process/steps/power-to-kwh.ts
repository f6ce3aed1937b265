import { ARG, type Process } from '../process.ts';

export const powerToKwh: Process = {
  key: 'process__power_to_kwh',
  id: 4,
  name: 'Power to kWh',
  short: 'kwh',
  group: 'Main',
  description: 'Counts up energy from power in watts; pauses of two hours and more add nothing.',
  args: [{ type: ARG.feed, engines: [5, 2, 0, 8] }],
  context: 'input',
  unit: 'kWh',
  nochange: true,
  step: (value, feed, turn) => {
    const last = turn.feed(feed);
    const seconds = last ? turn.time - last.time : 0;
    const energy = seconds > 0 && seconds < LONGEST_PAUSE_S ? (seconds * (value ?? 0)) / 3_600_000 : 0;
    turn.postJoined(feed, (last?.value ?? 0) + energy);
    return value;
  },
};

/** A longer silence says nothing about the power meanwhile. */
const LONGEST_PAUSE_S = 7200;
