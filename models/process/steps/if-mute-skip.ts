import { isMuted } from '../mute.ts';
import { ARG, type Process } from '../process.ts';

export const ifMuteSkip: Process = {
  key: 'eventp__ifmuteskip',
  name: 'If Mute, skip next',
  short: 'mute? skip',
  group: 'Conditional - Event',
  description: 'Lets the next step run at most once in so many seconds.',
  args: [{ type: ARG.value }],
  context: 'both',
  nochange: true,
  requireredis: true,
  step: (value, seconds, turn) => {
    if (isMuted(turn, seconds)) turn.skip();
    return value;
  },
};
