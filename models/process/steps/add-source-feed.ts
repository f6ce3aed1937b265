import { ARG, type Process } from '../process.ts';

export const addSourceFeed: Process = {
  key: 'process__add_source_feed',
  id: 55,
  name: '+ source feed',
  short: '+ sfeed',
  group: 'Virtual',
  description: 'Adds the value of a feed at the time asked for.',
  args: [{ type: ARG.feed }],
  context: 'virtual',
  step: (value, feed, turn) => {
    const other = turn.source(feed);
    return value === null || other === null ? null : value + other;
  },
};
