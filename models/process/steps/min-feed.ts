import { ARG, type Process } from '../process.ts';

export const minFeed: Process = {
  key: 'process__min_feed',
  id: 69,
  name: 'min by feed',
  short: 'min_feed',
  group: 'Feed',
  description: 'Limits the value to at least the newest value of a feed.',
  args: [{ type: ARG.feed }],
  context: 'input',
  step: (value, feed, turn) => {
    const other = turn.feed(feed)?.value ?? null;
    return value === null || other === null ? value : Math.max(value, other);
  },
};
