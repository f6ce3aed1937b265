import { ARG, type Process } from '../process.ts';

export const reset2null: Process = {
  key: 'process__reset2null',
  id: 36,
  name: 'Reset to NULL',
  short: 'null',
  group: 'Misc',
  description: 'Goes on without a value.',
  args: [{ type: ARG.none }],
  context: 'both',
  step: () => null,
};
