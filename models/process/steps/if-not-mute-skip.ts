import { isMuted } from '../mute.ts';
import { ARG, type Process } from '../process.ts';

export const ifNotMuteSkip: Process = {
  key: 'eventp__ifnotmuteskip',
  name: 'If !Mute, skip next',
  short: '!mute? skip',
  group: 'Conditional - Event',
  description: 'Skips the next step once in so many seconds and lets it run in between.',
  args: [{ type: ARG.value }],
  context: 'both',
  nochange: true,
  requireredis: true,
  step: (value, seconds, turn) => {
    if (!isMuted(turn, seconds)) turn.skip();
    return value;
  },
};
