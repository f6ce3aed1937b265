import { ARG, type Process } from '../process.ts';

export const ifGtEqualSkip: Process = {
  key: 'process__if_gt_equal_skip',
  id: 47,
  name: 'If >=, skip next',
  short: '>=? skip',
  group: 'Conditional - User value',
  description: 'Leaves out the next step when the value is at or above the number.',
  args: [{ type: ARG.value }],
  context: 'both',
  nochange: true,
  step: (value, limit, turn) => {
    if (value !== null && value >= limit) turn.skip();
    return value;
  },
};
