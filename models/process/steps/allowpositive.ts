import { ARG, type Process } from '../process.ts';

export const allowpositive: Process = {
  key: 'process__allowpositive',
  id: 24,
  name: 'Allow positive',
  short: '> 0',
  group: 'Limits',
  description: 'Values below zero become zero.',
  args: [{ type: ARG.none }],
  context: 'both',
  step: (value) => (value !== null && value < 0 ? 0 : value),
};
