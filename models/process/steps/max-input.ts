import { ARG, type Process } from '../process.ts';

export const maxInput: Process = {
  key: 'process__max_input',
  id: 66,
  name: 'max by input',
  short: 'max_inp',
  group: 'Input',
  description: 'Limits the value to at most the newest value of another input.',
  args: [{ type: ARG.input }],
  context: 'input',
  step: (value, input, turn) => {
    const other = turn.input(input);
    return value === null || other === null ? value : Math.min(value, other);
  },
};
