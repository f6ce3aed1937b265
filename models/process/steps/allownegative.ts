import { ARG, type Process } from '../process.ts';

export const allownegative: Process = {
  key: 'process__allownegative',
  id: 25,
  name: 'Allow negative',
  short: '< 0',
  group: 'Limits',
  description: 'Values above zero become zero.',
  args: [{ type: ARG.none }],
  context: 'both',
  step: (value) => (value !== null && value > 0 ? 0 : value),
};
