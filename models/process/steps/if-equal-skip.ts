import { ARG, type Process } from '../process.ts';

export const ifEqualSkip: Process = {
  key: 'process__if_equal_skip',
  id: 50,
  name: 'If =, skip next',
  short: '=? skip',
  group: 'Conditional - User value',
  description: 'Leaves out the next step when the value equals the number.',
  args: [{ type: ARG.value }],
  context: 'both',
  nochange: true,
  step: (value, limit, turn) => {
    if (value === limit) turn.skip();
    return value;
  },
};
