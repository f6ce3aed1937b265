import { ARG, type Process } from '../process.ts';

export const ifNullSkip: Process = {
  key: 'process__if_null_skip',
  id: 44,
  name: 'If NULL, skip next',
  short: 'N? skip',
  group: 'Conditional',
  description: 'Leaves out the next step when the value is missing.',
  args: [{ type: ARG.none }],
  context: 'both',
  nochange: true,
  step: (value, _arg, turn) => {
    if (value === null) turn.skip();
    return value;
  },
};
