import { ARG, type Process } from '../process.ts';

export const signed2unsigned: Process = {
  key: 'process__signed2unsigned',
  id: 26,
  name: 'Signed to unsigned',
  short: 'unsign',
  group: 'Misc',
  description: 'Reads a negative 16-bit number as the unsigned one it was sent as.',
  args: [{ type: ARG.none, unit: 'unsign' }],
  context: 'both',
  unit: 'unsign',
  step: (value) => (value !== null && value < 0 ? value + 65_536 : value),
};
