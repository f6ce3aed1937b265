import { ARG, type Process } from '../process.ts';

export const divideByFeed: Process = {
  key: 'process__divide_by_feed',
  id: 32,
  name: '/ feed',
  short: '/ feed',
  group: 'Feed',
  description: 'Divides by the newest value of a feed, where that is not zero.',
  args: [{ type: ARG.feed }],
  context: 'input',
  step: (value, feed, turn) => {
    const other = turn.feed(feed)?.value ?? null;
    return value === null || other === null || other === 0 ? null : value / other;
  },
};
