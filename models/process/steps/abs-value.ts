import { ARG, type Process } from '../process.ts';

export const absValue: Process = {
  key: 'process__abs_value',
  id: 63,
  name: 'Absolute value',
  short: 'abs',
  group: 'Calibration',
  description: 'The value without its sign.',
  args: [{ type: ARG.value }],
  context: 'both',
  step: (value) => (value === null ? null : Math.abs(value)),
};
