import { ARG, type Process } from '../process.ts';

export const ifGtSkip: Process = {
  key: 'process__if_gt_skip',
  id: 46,
  name: 'If >, skip next',
  short: '>? skip',
  group: 'Conditional - User value',
  description: 'Leaves out the next step when the value is above the number.',
  args: [{ type: ARG.value }],
  context: 'both',
  nochange: true,
  step: (value, limit, turn) => {
    if (value !== null && value > limit) turn.skip();
    return value;
  },
};
