import { ARG, type Process } from '../process.ts';

export const errorFound: Process = {
  key: 'process__error_found',
  name: 'EXIT',
  short: 'EXIT',
  group: 'Hidden',
  description: 'Stands before a list that was switched off because it cannot run.',
  args: [{ type: ARG.none }],
  context: 'both',
  internalerror: true,
  internalerror_reason: 'HAS ERRORS',
  internalerror_desc: 'Processlist disabled due to errors found during execution.',
  step: (value, _arg, turn) => {
    turn.stop();
    return value;
  },
};
