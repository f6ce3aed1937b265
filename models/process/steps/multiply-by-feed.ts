import { ARG, type Process } from '../process.ts';

export const multiplyByFeed: Process = {
  key: 'process__multiply_by_feed',
  id: 31,
  name: '* feed',
  short: 'x feed',
  group: 'Feed',
  description: 'Multiplies by the newest value of a feed.',
  args: [{ type: ARG.feed }],
  context: 'input',
  step: (value, feed, turn) => {
    const other = turn.feed(feed)?.value ?? null;
    return value === null || other === null ? null : value * other;
  },
};
