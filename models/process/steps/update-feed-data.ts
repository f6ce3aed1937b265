import { ARG, type Process } from '../process.ts';

export const updateFeedData: Process = {
  key: 'process__update_feed_data',
  id: 10,
  name: 'Update feed at day',
  short: 'update',
  group: 'Input',
  description: 'Keeps the newest value of each local day.',
  args: [{ type: ARG.feed, engines: [0, 8] }],
  context: 'input',
  nochange: true,
  step: (value, feed, turn) => {
    turn.postAt(feed, turn.day().start, value ?? 0);
    return value;
  },
};
