import { ARG, type Process } from '../process.ts';

export const accumulator: Process = {
  key: 'process__accumulator',
  id: 14,
  name: 'Accumulator',
  short: 'accumulate',
  group: 'Misc',
  description: 'Adds the value to the feed’s total and hands the total on.',
  args: [{ type: ARG.feed, engines: [5, 2, 0, 8] }],
  context: 'input',
  step: (value, feed, turn) => {
    const total = (turn.feed(feed)?.value ?? 0) + (value ?? 0);
    turn.postJoined(feed, total);
    return total;
  },
};
