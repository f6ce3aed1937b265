import { ARG, type Process } from '../process.ts';

export const logToFeedJoin: Process = {
  key: 'process__log_to_feed_join',
  id: 65,
  name: 'Log to feed (Join)',
  short: 'log_join',
  group: 'Main',
  description: 'Stores the value in the feed and draws a straight line over skipped slots.',
  args: [{ type: ARG.feed, engines: [5, 2, 0, 8, 10] }],
  context: 'input',
  nochange: true,
  step: (value, feed, turn) => {
    turn.postJoined(feed, value ?? 0);
    return value;
  },
};
