import { accumulate } from '../accumulate.ts';
import { ARG, type Process } from '../process.ts';

export const kwhAccumulator: Process = {
  key: 'process__kwh_accumulator',
  id: 64,
  name: 'kWh Accumulator',
  short: 'kwhacc',
  group: 'Main',
  description: 'An ever-growing total in kWh from a counter that may restart; jumps above 60 kW are left out.',
  args: [{ type: ARG.feed, engines: [5, 2], unit: 'kWh' }],
  context: 'input',
  unit: 'kWh',
  requireredis: true,
  step: (value, feed, turn) => accumulate(turn, feed, value, 60),
};
