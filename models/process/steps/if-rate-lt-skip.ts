import { ARG, type Process } from '../process.ts';
import { riseSince } from '../rise.ts';

export const ifRateLtSkip: Process = {
  key: 'eventp__ifrateltskip',
  name: 'If rate <, skip next',
  short: 'rate<? skip',
  group: 'Conditional - Event',
  description: 'Skips the next step where the value has risen since the last reading by less than this.',
  args: [{ type: ARG.value }],
  context: 'both',
  nochange: true,
  requireredis: true,
  step: (value, limit, turn) => {
    const rise = riseSince(turn, value);
    if (rise !== null && rise < limit) turn.skip();
    return value;
  },
};
