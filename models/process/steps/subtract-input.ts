import { ARG, type Process } from '../process.ts';

export const subtractInput: Process = {
  key: 'process__subtract_input',
  id: 22,
  name: '- input',
  short: '- inp',
  group: 'Input',
  description: 'Subtracts the newest value of another input.',
  args: [{ type: ARG.input }],
  context: 'input',
  step: (value, input, turn) => {
    const other = turn.input(input);
    return value === null || other === null ? null : value - other;
  },
};
