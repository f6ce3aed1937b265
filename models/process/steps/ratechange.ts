import { ARG, type Process } from '../process.ts';
import { REFERENCE } from '../state-slot.ts';

export const ratechange: Process = {
  key: 'process__ratechange',
  id: 15,
  name: 'Rate of change',
  short: 'rate',
  group: 'Misc',
  description: 'The difference from the value before.',
  args: [{ type: ARG.feed, engines: [5, 2] }],
  context: 'input',
  requireredis: true,
  step: (value, feed, turn) => {
    const before = turn.state(feed, REFERENCE);
    turn.remember(feed, REFERENCE, value ?? 0);
    if (before === undefined) return null;
    const difference = (value ?? 0) - before;
    turn.post(feed, difference);
    return difference;
  },
};
