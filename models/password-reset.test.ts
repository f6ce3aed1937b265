import { beforeEach, expect, test } from 'vitest';
import { registration, testPeople } from '../test/people.ts';
import { testStores } from '../test/stores.ts';
import type { ResetRequest } from './password-reset.ts';

const stores = await testStores();
const NEXT = 'four dry goats';

beforeEach(stores.clear);

async function house(mail = true) {
  const people = await testPeople(stores, { mail });
  const made = await people.users.register(registration());
  if (!made.ok) throw new Error(made.why);
  const ask = async (request: Partial<ResetRequest> = {}) => {
    const whole = { name: 'Megan', address: '10.0.0.1', ...request };
    const answer = await people.users.requestReset(whole, (user, secret) => ({ subject: user.username, text: secret }));
    await people.users.lettersSent();
    return answer;
  };
  return { ...people, user: made.user, ask };
}

const REQUESTS: [name: string, request: Partial<ResetRequest>, letters: number][] = [
  ['the name', {}, 1],
  ['the address', { name: 'megan@example.org' }, 1],
  ['the name and its address', { email: 'MEGAN@example.org' }, 1],
  ['the name and another address', { email: 'evil@example.org' }, 0],
  ['an unknown name', { name: 'Nobody' }, 0],
  ['an unknown address', { name: 'nobody@example.org' }, 0],
];

test.each(REQUESTS)('asked for by %s, the answer is the same', async (_name, request, letters) => {
  const { ask, mail } = await house();
  expect(await ask(request)).toBe('accepted');
  expect(mail.letters).toHaveLength(letters);
  for (const letter of mail.letters) expect(letter).toMatchObject({ to: 'megan@example.org', subject: 'Megan' });
});

test('a hub that cannot send mail makes no link either', async () => {
  const { ask } = await house(false);
  expect(await ask()).toBe('accepted');
  expect(await stores.db.selectFrom('tokens').selectAll().execute()).toEqual([]);
});

test('the link sets a password once and ends every session', async () => {
  const { ask, mail, users, user } = await house();
  await ask();
  await ask();
  const [first = '', second = ''] = mail.letters.map((letter) => letter.text);
  const epoch = users.sessionEpoch(user.id);
  expect(await users.resetUser(first)).toMatchObject({ username: 'Megan' });
  expect(await users.resetPassword(first, 'short')).toEqual({ ok: false, why: 'password-short' });
  expect(await users.resetPassword(first, NEXT)).toMatchObject({ ok: true });
  expect(users.sessionEpoch(user.id)).not.toBe(epoch);
  expect((await users.verify('Megan', NEXT, '10.0.0.1')).ok).toBe(true);
  expect(await users.resetPassword(first, 'and once more')).toEqual({ ok: false, why: 'link-used' });
  expect(await users.resetPassword(second, 'the other link')).toEqual({ ok: false, why: 'link-used' });
});

test('the link is good for an hour', async () => {
  const { ask, mail, users, clock } = await house();
  await ask();
  clock.advance(3_600_000);
  expect(await users.resetPassword(mail.letters[0]?.text ?? '', NEXT)).toEqual({ ok: false, why: 'link-used' });
});

test('an invitation’s link resets nothing', async () => {
  const { users, user } = await house();
  const secret = await users.invite(user.account, { name: 'Tomos', role: 'guest' });
  expect(await users.resetPassword(secret, NEXT)).toEqual({ ok: false, why: 'link-used' });
});

test('an owner makes a link to hand over', async () => {
  const { users, user } = await house(false);
  const secret = await users.makeResetLink(user.account, user.id);
  expect(await users.resetPassword(secret ?? '', NEXT)).toMatchObject({ ok: true });
});

test('nobody’s post box is flooded', async () => {
  const { ask, mail } = await house();
  for (let i = 0; i < 8; i++) expect(await ask({ address: `10.0.${i}.1` })).toBe('accepted');
  expect(mail.letters).toHaveLength(3);
});

test('one address may ask only so often', async () => {
  const { ask } = await house();
  const answers: string[] = [];
  for (let i = 0; i < 21; i++) answers.push(await ask({ name: `name${i}` }));
  expect(answers.indexOf('too-many')).toBe(20);
});
