import { ARG, type Process } from '../process.ts';

export const ifNotNullSkip: Process = {
  key: 'process__if_not_null_skip',
  id: 45,
  name: 'If !NULL, skip next',
  short: '!N? skip',
  group: 'Conditional',
  description: 'Leaves out the next step when the value is there.',
  args: [{ type: ARG.none }],
  context: 'both',
  nochange: true,
  step: (value, _arg, turn) => {
    if (value !== null) turn.skip();
    return value;
  },
};
