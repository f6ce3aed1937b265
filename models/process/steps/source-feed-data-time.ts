import { ARG, type Process } from '../process.ts';

export const sourceFeedDataTime: Process = {
  key: 'process__source_feed_data_time',
  id: 53,
  name: 'Source Feed',
  short: 'sfeed',
  group: 'Virtual',
  description: 'The value of a feed at the time asked for.',
  args: [{ type: ARG.feed }],
  context: 'virtual',
  step: (_value, feed, turn) => turn.source(feed),
};
