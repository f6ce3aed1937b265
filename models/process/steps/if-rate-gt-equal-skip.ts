import { ARG, type Process } from '../process.ts';
import { riseSince } from '../rise.ts';

export const ifRateGtEqualSkip: Process = {
  key: 'eventp__ifrategtequalskip',
  name: 'If rate >=, skip next',
  short: 'rate>=? skip',
  group: 'Conditional - Event',
  description: 'Skips the next step where the value has risen since the last reading by this much or more.',
  args: [{ type: ARG.value }],
  context: 'both',
  nochange: true,
  requireredis: true,
  step: (value, least, turn) => {
    const rise = riseSince(turn, value);
    if (rise !== null && rise >= least) turn.skip();
    return value;
  },
};
