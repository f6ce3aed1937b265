import { ARG, type Process } from '../process.ts';

export const scale: Process = {
  key: 'process__scale',
  id: 2,
  name: 'x',
  short: 'x',
  group: 'Calibration',
  description: 'Multiplies the value by a number.',
  args: [{ type: ARG.value, default: 1 }],
  context: 'both',
  step: (value, factor) => (value === null ? null : value * factor),
};
