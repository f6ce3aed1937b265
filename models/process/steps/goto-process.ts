import { ARG, type Process } from '../process.ts';

export const gotoProcess: Process = {
  key: 'process__goto_process',
  id: 52,
  name: 'GOTO',
  short: 'GOTO',
  group: 'Misc',
  description: 'Goes on at the step with this number.',
  args: [{ type: ARG.value, default: 1 }],
  context: 'both',
  nochange: true,
  default: 1,
  step: (value, step, turn) => {
    turn.jump(step);
    return value;
  },
};
