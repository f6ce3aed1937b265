import { ARG, type Process } from '../process.ts';

export const addFeed: Process = {
  key: 'process__add_feed',
  id: 29,
  name: '+ feed',
  short: '+ feed',
  group: 'Feed',
  description: 'Adds the newest value of a feed.',
  args: [{ type: ARG.feed }],
  context: 'input',
  step: (value, feed, turn) => {
    const other = turn.feed(feed)?.value ?? null;
    return value === null || other === null ? null : value + other;
  },
};
