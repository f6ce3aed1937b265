import { ARG, type Process } from '../process.ts';

export const ifNotEqualSkip: Process = {
  key: 'process__if_not_equal_skip',
  id: 51,
  name: 'If !=, skip next',
  short: '!=? skip',
  group: 'Conditional - User value',
  description: 'Leaves out the next step when the value differs from the number.',
  args: [{ type: ARG.value }],
  context: 'both',
  nochange: true,
  step: (value, limit, turn) => {
    if (value !== limit) turn.skip();
    return value;
  },
};
