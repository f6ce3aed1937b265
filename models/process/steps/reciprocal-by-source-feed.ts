import { ARG, type Process } from '../process.ts';

export const reciprocalBySourceFeed: Process = {
  key: 'process__reciprocal_by_source_feed',
  id: 59,
  name: '/ source feed',
  short: '/ sfeed',
  group: 'Virtual',
  description: 'Divides the value of a feed at the time asked for by the value, where that is not zero.',
  args: [{ type: ARG.feed }],
  context: 'virtual',
  step: (value, feed, turn) => {
    const other = turn.source(feed);
    return value === null || other === null || value === 0 ? null : other / value;
  },
};
