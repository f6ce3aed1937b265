import { ARG, type Process } from '../process.ts';

export const divideInput: Process = {
  key: 'process__divide_input',
  id: 12,
  name: '/ input',
  short: '/ inp',
  group: 'Input',
  description: 'Divides by the newest value of another input, where that is above zero.',
  args: [{ type: ARG.input }],
  context: 'input',
  step: (value, input, turn) => {
    const other = turn.input(input);
    return value === null || other === null || !(other > 0) ? null : value / other;
  },
};
