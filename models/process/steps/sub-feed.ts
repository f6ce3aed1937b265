import { ARG, type Process } from '../process.ts';

export const subFeed: Process = {
  key: 'process__sub_feed',
  id: 30,
  name: '- feed',
  short: '- feed',
  group: 'Feed',
  description: 'Subtracts the newest value of a feed.',
  args: [{ type: ARG.feed }],
  context: 'input',
  step: (value, feed, turn) => {
    const other = turn.feed(feed)?.value ?? null;
    return value === null || other === null ? null : value - other;
  },
};
