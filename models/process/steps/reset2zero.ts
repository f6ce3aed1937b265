import { ARG, type Process } from '../process.ts';

export const reset2zero: Process = {
  key: 'process__reset2zero',
  id: 33,
  name: 'Reset to ZERO',
  short: '0',
  group: 'Misc',
  description: 'Goes on with zero.',
  args: [{ type: ARG.none }],
  context: 'both',
  step: () => 0,
};
