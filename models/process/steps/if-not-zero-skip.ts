import { ARG, type Process } from '../process.ts';

export const ifNotZeroSkip: Process = {
  key: 'process__if_not_zero_skip',
  id: 43,
  name: 'If !ZERO, skip next',
  short: '!0? skip',
  group: 'Conditional',
  description: 'Leaves out the next step when the value is not zero.',
  args: [{ type: ARG.none }],
  context: 'both',
  nochange: true,
  step: (value, _arg, turn) => {
    if (value !== null && value !== 0) turn.skip();
    return value;
  },
};
