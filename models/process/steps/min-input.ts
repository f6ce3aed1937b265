import { ARG, type Process } from '../process.ts';

export const minInput: Process = {
  key: 'process__min_input',
  id: 67,
  name: 'min by input',
  short: 'min_inp',
  group: 'Input',
  description: 'Limits the value to at least the newest value of another input.',
  args: [{ type: ARG.input }],
  context: 'input',
  step: (value, input, turn) => {
    const other = turn.input(input);
    return value === null || other === null ? value : Math.max(value, other);
  },
};
