import { ARG, type Process } from '../process.ts';

export const subSourceFeed: Process = {
  key: 'process__sub_source_feed',
  id: 56,
  name: '- source feed',
  short: '- sfeed',
  group: 'Virtual',
  description: 'Subtracts the value of a feed at the time asked for.',
  args: [{ type: ARG.feed }],
  context: 'virtual',
  step: (value, feed, turn) => {
    const other = turn.source(feed);
    return value === null || other === null ? null : value - other;
  },
};
