import { ARG, type Process } from '../process.ts';
import { REFERENCE, REFERENCE_TIME } from '../state-slot.ts';

export const kwhToPower: Process = {
  key: 'process__kwh_to_power',
  id: 21,
  name: 'kWh to Power',
  short: 'kwhpwr',
  group: 'Power & Energy',
  description: 'Mean power in watts since the packet before, from a meter reading in kWh.',
  args: [{ type: ARG.feed, engines: [5, 2], unit: 'W' }],
  context: 'input',
  unit: 'W',
  requireredis: true,
  step: (value, feed, turn) => {
    const reading = value ?? 0;
    const before = turn.state(feed, REFERENCE);
    const since = turn.state(feed, REFERENCE_TIME);
    turn.remember(feed, REFERENCE, reading);
    turn.remember(feed, REFERENCE_TIME, turn.time);
    if (before === undefined || since === undefined || turn.time <= since) return 0;
    const power = ((reading - before) * 3_600_000) / (turn.time - since);
    turn.post(feed, power);
    return power;
  },
};
