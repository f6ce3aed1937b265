import { keepExtreme } from '../day-total.ts';
import { ARG, type Process } from '../process.ts';

export const minValue: Process = {
  key: 'process__min_value',
  id: 28,
  name: 'Min daily value',
  short: 'min',
  group: 'Misc',
  description: 'The smallest value of each local day.',
  args: [{ type: ARG.feed, engines: [2, 0, 8] }],
  context: 'input',
  nochange: true,
  step: (value, feed, turn) => {
    keepExtreme(turn, feed, value, (candidate, kept) => candidate < kept);
    return value;
  },
};
