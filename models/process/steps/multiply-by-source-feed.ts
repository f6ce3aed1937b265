import { ARG, type Process } from '../process.ts';

export const multiplyBySourceFeed: Process = {
  key: 'process__multiply_by_source_feed',
  id: 57,
  name: '* source feed',
  short: 'x sfeed',
  group: 'Virtual',
  description: 'Multiplies by the value of a feed at the time asked for.',
  args: [{ type: ARG.feed }],
  context: 'virtual',
  step: (value, feed, turn) => {
    const other = turn.source(feed);
    return value === null || other === null ? null : value * other;
  },
};
