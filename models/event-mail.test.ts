import { expect, test } from 'vitest';
import { createLog } from '../lib/log.ts';
import { ManualClock } from '../lib/manual-clock.ts';
import { EventMail } from './event-mail.ts';
import type { Letter } from './mail.ts';
import type { User } from './user.ts';

function house(configured = true) {
  const sent: Letter[] = [];
  const clock = new ManualClock(0);
  const people = [
    { role: 'owner', email: 'nia@example.org' },
    { role: 'adult', email: 'huw@example.org' },
    { role: 'owner', email: '' },
  ] as User[];
  const mail = {
    configured,
    send: (letter: Letter) => {
      sent.push(letter);
      return new Promise<boolean>(() => undefined);
    },
  };
  const events = new EventMail({ mail, users: { people: () => people }, clock, log: createLog('silent') });
  const write = (step = 0, input = 1) =>
    events.send({ account: 1, input: { id: input, node: 'loft', name: 'temp' }, step, text: 'Too warm', value: 31.5 });
  return { clock, sent, write };
}

test('writes to owners who have an address', () => {
  const { sent, write } = house();
  write();
  expect(sent).toEqual([{ to: 'nia@example.org', subject: 'Too warm', text: 'Too warm\n\nloft temp: 31.5\n' }]);
});

test('each step writes at most once a minute', () => {
  const { clock, sent, write } = house();
  write();
  clock.advance(59_000);
  write();
  expect(sent).toHaveLength(1);
  write(1);
  write(0, 2);
  expect(sent).toHaveLength(3);
  clock.advance(1000);
  write();
  expect(sent).toHaveLength(4);
});

test('without a mail server nothing is written', () => {
  const { sent, write } = house(false);
  write();
  expect(sent).toEqual([]);
});
