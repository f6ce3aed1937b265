import { ARG, type Process } from '../process.ts';

export const ifLtEqualSkip: Process = {
  key: 'process__if_lt_equal_skip',
  id: 49,
  name: 'If <=, skip next',
  short: '<=? skip',
  group: 'Conditional - User value',
  description: 'Leaves out the next step when the value is at or below the number.',
  args: [{ type: ARG.value }],
  context: 'both',
  nochange: true,
  step: (value, limit, turn) => {
    if (value !== null && value <= limit) turn.skip();
    return value;
  },
};
