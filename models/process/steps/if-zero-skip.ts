import { ARG, type Process } from '../process.ts';

export const ifZeroSkip: Process = {
  key: 'process__if_zero_skip',
  id: 42,
  name: 'If ZERO, skip next',
  short: '0? skip',
  group: 'Conditional',
  description: 'Leaves out the next step when the value is zero.',
  args: [{ type: ARG.none }],
  context: 'both',
  nochange: true,
  step: (value, _arg, turn) => {
    if (value === 0) turn.skip();
    return value;
  },
};
