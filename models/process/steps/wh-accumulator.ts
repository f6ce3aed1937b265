import { accumulate } from '../accumulate.ts';
import { ARG, type Process } from '../process.ts';

export const whAccumulator: Process = {
  key: 'process__wh_accumulator',
  id: 34,
  name: 'Wh Accumulator',
  short: 'whacc',
  group: 'Main',
  description: 'An ever-growing total in Wh from a counter that may restart; jumps above 60 kW are left out.',
  args: [{ type: ARG.feed, engines: [5, 2], unit: 'Wh' }],
  context: 'input',
  unit: 'Wh',
  requireredis: true,
  step: (value, feed, turn) => accumulate(turn, feed, value, 60_000),
};
