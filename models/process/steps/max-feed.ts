import { ARG, type Process } from '../process.ts';

export const maxFeed: Process = {
  key: 'process__max_feed',
  id: 68,
  name: 'max by feed',
  short: 'max_feed',
  group: 'Feed',
  description: 'Limits the value to at most the newest value of a feed.',
  args: [{ type: ARG.feed }],
  context: 'input',
  step: (value, feed, turn) => {
    const other = turn.feed(feed)?.value ?? null;
    return value === null || other === null ? value : Math.min(value, other);
  },
};
