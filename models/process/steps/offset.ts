import { ARG, type Process } from '../process.ts';

export const offset: Process = {
  key: 'process__offset',
  id: 3,
  name: '+',
  short: '+',
  group: 'Calibration',
  description: 'Adds a number to the value.',
  args: [{ type: ARG.value, default: 0 }],
  context: 'both',
  step: (value, summand) => (value === null ? null : value + summand),
};
