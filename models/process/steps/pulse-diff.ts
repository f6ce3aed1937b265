import { ARG, type Process } from '../process.ts';

export const pulseDiff: Process = {
  key: 'process__pulse_diff',
  id: 20,
  name: 'Total pulse count to pulse increment',
  short: 'pulsdiff',
  group: 'Pulse',
  description: 'Turns a counter of pulses into the pulses since the packet before; a reset counts from zero.',
  args: [{ type: ARG.feed, engines: [5, 2] }],
  context: 'input',
  step: (value, feed, turn) => {
    const count = value === null ? 0 : value < 0 ? value + 65_536 : value;
    if (!(count > 0)) return null;
    const before = turn.feed(feed)?.value ?? null;
    turn.post(feed, count);
    if (before === null) return 0;
    return count >= before ? count - before : count;
  },
};
