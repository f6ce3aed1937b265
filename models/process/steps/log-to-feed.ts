import { ARG, type Process } from '../process.ts';

export const logToFeed: Process = {
  key: 'process__log_to_feed',
  id: 1,
  name: 'Log to feed',
  short: 'log',
  group: 'Main',
  description: 'Stores the value in the feed.',
  args: [{ type: ARG.feed, engines: [5, 2, 0, 8, 10] }],
  context: 'input',
  nochange: true,
  step: (value, feed, turn) => {
    turn.post(feed, value ?? 0);
    return value;
  },
};
