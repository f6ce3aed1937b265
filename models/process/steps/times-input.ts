import { ARG, type Process } from '../process.ts';

export const timesInput: Process = {
  key: 'process__times_input',
  id: 6,
  name: 'x input',
  short: 'x inp',
  group: 'Input',
  description: 'Multiplies by the newest value of another input.',
  args: [{ type: ARG.input }],
  context: 'input',
  step: (value, input, turn) => {
    const other = turn.input(input);
    return value === null || other === null ? null : value * other;
  },
};
