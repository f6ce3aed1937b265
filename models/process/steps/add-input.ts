import { ARG, type Process } from '../process.ts';

export const addInput: Process = {
  key: 'process__add_input',
  id: 11,
  name: '+ input',
  short: '+ inp',
  group: 'Input',
  description: 'Adds the newest value of another input.',
  args: [{ type: ARG.input }],
  context: 'input',
  step: (value, input, turn) => {
    const other = turn.input(input);
    return value === null || other === null ? null : value + other;
  },
};
