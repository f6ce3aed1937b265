import { beforeEach, expect, test } from 'vitest';
import { registration, testPeople } from '../test/people.ts';
import { testStores } from '../test/stores.ts';

const stores = await testStores();
const TOMOS = { username: 'Tomos', password: 'four dry goats', email: '' };
const DAY_MS = 86_400_000;

beforeEach(stores.clear);

async function invited() {
  const people = await testPeople(stores, { openRegistration: false });
  const made = await people.users.register(registration());
  if (!made.ok) throw new Error(made.why);
  const { account } = made.user;
  const secret = await people.users.invite(account, { name: ' Tomos ', role: 'adult' });
  return { ...people, account, secret };
}

test('a link says whom it invites, where to and as what', async () => {
  const { users, account, secret } = await invited();
  expect(secret).toMatch(/^[0-9a-f]{64}$/);
  const invitation = { name: 'Tomos', role: 'adult', home: 'Tan-y-bryn', account };
  expect(await users.invitation(secret)).toMatchObject(invitation);
  expect(await users.invitations(account)).toMatchObject([invitation]);
});

test('the store does not know the link', async () => {
  const { secret, users, account } = await invited();
  const rows = JSON.stringify(await stores.db.selectFrom('tokens').selectAll().execute());
  expect(rows).not.toContain(secret);
  expect(JSON.stringify(await users.invitations(account))).not.toContain(secret);
});

const USELESS: [name: string, spoil: (people: Awaited<ReturnType<typeof invited>>) => Promise<string>][] = [
  ['used', async ({ users, secret }) => users.acceptInvitation(secret, TOMOS).then(() => secret)],
  [
    'a day old',
    async ({ clock, secret }) => {
      clock.advance(DAY_MS);
      return secret;
    },
  ],
  [
    'withdrawn',
    async ({ users, account, secret }) => {
      await users.withdrawInvitation(account, (await users.invitations(account))[0]?.id ?? '');
      return secret;
    },
  ],
  ['made up', async () => 'f'.repeat(64)],
  ['the hash that the store holds', async ({ users, account }) => (await users.invitations(account))[0]?.id ?? ''],
  ['empty', async () => ''],
];

test.each(USELESS)('a link that is %s makes nobody', async (_name, spoil) => {
  const people = await invited();
  const secret = await spoil(people);
  expect(await people.users.invitation(secret)).toBeUndefined();
  const again = await people.users.acceptInvitation(secret, { ...TOMOS, username: 'Again' });
  expect(again).toEqual({ ok: false, why: 'link-used' });
});

test('another household cannot withdraw it', async () => {
  const { users, account, secret } = await invited();
  await users.withdrawInvitation(account + 1, (await users.invitations(account))[0]?.id ?? '');
  expect(await users.invitation(secret)).toBeDefined();
});

test('of ten who use one link at once, one comes in', async () => {
  const { users, account, secret } = await invited();
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, i) => users.acceptInvitation(secret, { ...TOMOS, username: `person${i}` })),
  );
  expect(answers.filter((one) => one.ok)).toHaveLength(1);
  expect(users.people(account)).toHaveLength(2);
});

const MISTAKES: [name: string, over: object, why: string][] = [
  ['a name that is taken', { username: 'megan' }, 'username-taken'],
  ['a short password', { password: 'goats' }, 'password-short'],
  ['a common password', { password: 'iloveyou' }, 'password-common'],
];

test.each(MISTAKES)('%s leaves the link as good as it was', async (_name, over, why) => {
  const { users, secret } = await invited();
  expect(await users.acceptInvitation(secret, { ...TOMOS, ...over })).toEqual({ ok: false, why });
  expect((await users.acceptInvitation(secret, TOMOS)).ok).toBe(true);
});

test('a household can have only so many open invitations', async () => {
  const { users, account } = await invited();
  for (let i = 1; i < 50; i++) await users.invite(account, { name: `guest ${i}`, role: 'guest' });
  await expect(users.invite(account, { name: 'one more', role: 'guest' })).rejects.toMatchObject({
    code: 'HUB_TOO_MANY',
  });
});
