import { keepExtreme } from '../day-total.ts';
import { ARG, type Process } from '../process.ts';

export const maxValue: Process = {
  key: 'process__max_value',
  id: 27,
  name: 'Max daily value',
  short: 'max',
  group: 'Misc',
  description: 'The largest value of each local day.',
  args: [{ type: ARG.feed, engines: [2, 0, 8] }],
  context: 'input',
  nochange: true,
  step: (value, feed, turn) => {
    keepExtreme(turn, feed, value, (candidate, kept) => candidate > kept);
    return value;
  },
};
