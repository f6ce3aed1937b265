import { ARG, type Process } from '../process.ts';

export const reset2original: Process = {
  key: 'process__reset2original',
  id: 37,
  name: 'Reset to Original',
  short: 'ori',
  group: 'Misc',
  description: 'Goes on with the value as it came in.',
  args: [{ type: ARG.none }],
  context: 'both',
  step: (_value, _arg, turn) => turn.original,
};
