import { ARG, type Process } from '../process.ts';

export const sendEmail: Process = {
  key: 'eventp__sendemail',
  name: 'Send Email',
  short: 'email',
  group: 'Event',
  description: 'Writes to the household’s owner, at most once a minute.',
  args: [{ type: ARG.text }],
  context: 'input',
  nochange: true,
  step: (value, _arg, turn) => {
    turn.mail(turn.args[0] ?? '', value);
    return value;
  },
};
