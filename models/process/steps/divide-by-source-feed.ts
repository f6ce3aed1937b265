import { ARG, type Process } from '../process.ts';

export const divideBySourceFeed: Process = {
  key: 'process__divide_by_source_feed',
  id: 58,
  name: '/ source feed',
  short: '/ sfeed',
  group: 'Virtual',
  description: 'Divides by the value of a feed at the time asked for, where that is not zero.',
  args: [{ type: ARG.feed }],
  context: 'virtual',
  step: (value, feed, turn) => {
    const other = turn.source(feed);
    return value === null || other === null || other === 0 ? null : value / other;
  },
};
