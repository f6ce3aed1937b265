import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { type Form, house, PASSWORD, sharedHouse } from '../../test/house.ts';
import { testStores } from '../../test/stores.ts';

const stores = await testStores();
const HEX32 = /^[0-9a-f]{32}$/;

describe('the profile', () => {
  const EMPTY = {
    id: '1',
    username: 'Megan',
    email: 'megan@example.org',
    gravatar: '',
    name: '',
    location: '',
    timezone: 'Europe/London',
    language: 'cy_GB',
    bio: null,
    startingpage: 'feed/list',
    tags: null,
  };

  test('shows an owner everything', async () => {
    const { login, keys } = await house(stores);
    const { body } = await (await login()).get('/user/get.json');
    expect(body).toEqual({ ...EMPTY, apikey_write: keys.write, apikey_read: keys.read });
  });

  test.each(['adult', 'guest'] as const)('shows an invited %s no key', async (role) => {
    const { join, keys } = await house(stores);
    const { body, text } = await (await join('Tomos', role)).get('/user/get.json');
    expect(body).toMatchObject({ username: 'Tomos', apikey_write: '', apikey_read: '' });
    expect(text).not.toContain(keys.read);
  });

  test('keeps what it is set to', async () => {
    const { login, keys } = await house(stores);
    const agent = await login();
    const data = {
      name: 'Bob',
      location: 'Here',
      timezone: 'Europe/Paris',
      language: 'en_GB',
      bio: 'x',
      gravatar: '',
      startingpage: 'feed/list',
      tags: '{}',
    };
    const set = await agent
      .post('/user/set.json')
      .type('form')
      .send({ data: JSON.stringify(data) });
    expect(set.body).toEqual({ success: true, message: 'User info updated' });
    const { body } = await agent.get('/user/get.json');
    expect(body).toEqual({ ...EMPTY, ...data, apikey_write: keys.write, apikey_read: keys.read });
  });

  describe('is not changed by what is no profile', () => {
    const shared = sharedHouse(stores);

    test.each(['x', '', '[]', '{"name":7}', 'null', `{"name":"${'a'.repeat(300)}"}`])(
      'cannot be set to %j',
      async (data) => {
        const { login, users } = shared();
        const answer = await (await login()).post('/user/set.json').type('form').send({ data });
        expect(answer.body).toEqual({ success: false, message: 'Error updating user info' });
        expect(users.find(1)?.profile.name).toBe('');
      },
    );
  });

  test.each(['//evil.example', 'https://evil.example', 'javascript:alert(1)'])(
    'does not send anybody to %s after login',
    async (startingpage) => {
      const { login, post } = await house(stores);
      await (await login())
        .post('/user/set.json')
        .type('form')
        .send({ data: JSON.stringify({ startingpage }) });
      const { body } = await post('login', { username: 'Megan', password: PASSWORD });
      expect(body.startingpage).toBe('feed/list');
    },
  );
});

describe('changes', () => {
  const CHANGES: [path: string, query: Form, answer: object][] = [
    ['changeemail', { email: 'new@example.com' }, { success: true, message: 'Email updated' }],
    ['changeemail', { email: 'bad' }, { success: false, message: 'Email address format error' }],
    ['changeemail', {}, { success: false, message: 'Email address format error' }],
    ['changeusername', { username: 'Megan' }, { success: false, message: 'Username already exists' }],
    ['changeusername', { username: 'Nia' }, { success: true, message: 'Username updated' }],
    [
      'changeusername',
      { username: 'a b' },
      { success: false, message: 'Username must only contain a-z and 0-9 characters' },
    ],
  ];

  test.each(CHANGES)('%s %j', async (path, query, answer) => {
    const { login } = await house(stores);
    expect((await (await login()).get(`/user/${path}.json`).query(query)).body).toEqual(answer);
  });

  const PASSWORDS: [name: string, form: Form, message: string][] = [
    ['a wrong old one', { old: 'wrong', new: 'newpass' }, 'Old password incorect'],
    ['a short one', { old: PASSWORD, new: 'abc' }, 'Password must be at least 4 characters'],
    ['a good one', { old: PASSWORD, new: 'newpass' }, 'Password updated successfully'],
  ];

  test.each(PASSWORDS)('the password to %s', async (_name, form, message) => {
    const { login, post } = await house(stores);
    const agent = await login();
    const { body } = await agent.post('/user/changepassword.json').type('form').send(form);
    expect(body.message).toBe(message);
    const password = body.success ? 'newpass' : PASSWORD;
    expect((await post('login', { username: 'Megan', password })).body.success).toBe(true);
  });

  test('a new password signs every other browser out, not this one', async () => {
    const { login } = await house(stores);
    const [here, there] = [await login(), await login()];
    await here.post('/user/changepassword.json').type('form').send({ old: PASSWORD, new: 'newpass' });
    expect((await here.get('/user/session.json')).body).toEqual({ userid: 1, type: 'write' });
    expect((await there.get('/user/session.json')).body).toBe(false);
  });

  test.each(['read', 'write'] as const)('a new %s key kills the old one', async (kind) => {
    const { login, app, keys } = await house(stores);
    const { body } = await (await login()).get(`/user/newapikey${kind}.json`);
    expect(body).toEqual({ success: true, [`${kind}_apikey`]: expect.stringMatching(HEX32) });
    const session = (apikey: string) => request(app).get('/user/session.json').query({ apikey });
    expect((await session(body[`${kind}_apikey`])).body).toEqual({ userid: 1, type: kind });
    expect((await session(keys[kind])).status).toBe(401);
  });

  test.each(['adult', 'guest'] as const)('an invited %s renews no key', async (role) => {
    const { join, users, keys } = await house(stores);
    const agent = await join('Tomos', role);
    for (const kind of ['read', 'write']) {
      expect((await agent.get(`/user/newapikey${kind}.json`)).body.success).toBe(false);
    }
    expect(users.keys(1)).toEqual(keys);
  });

  test('logging out answers false and ends the session', async () => {
    const { login } = await house(stores);
    const agent = await login();
    expect((await agent.get('/user/logout.json')).text).toBe('false');
    expect((await agent.get('/user/get.json')).text).toBe('false');
  });
});

describe('passwordreset', () => {
  const SENT = { success: true, message: 'Password recovery email sent!' };
  const REQUESTS: [name: string, query: Form, answer: object, letters: number][] = [
    ['a name and its address', { username: 'Megan', email: 'megan@example.org' }, SENT, 1],
    ['a name and another address', { username: 'Megan', email: 'evil@example.org' }, SENT, 0],
    ['an unknown name', { username: 'nosuchuser99', email: 'a@example.com' }, SENT, 0],
    ['no address', { username: 'Megan' }, { success: false, message: 'Email address format error' }, 0],
    ['a bad address', { username: 'x', email: 'bad' }, { success: false, message: 'Email address format error' }, 0],
  ];

  test.each(REQUESTS)('for %s', async (_name, query, answer, letters) => {
    const { app, users, mail, post } = await house(stores);
    const { body } = await request(app).get('/user/passwordreset.json').set('Host', 'hearth.local').query(query);
    await users.lettersSent();
    expect(body).toEqual(answer);
    expect(mail.letters).toHaveLength(letters);
    for (const { to, text } of mail.letters) {
      expect(to).toBe('megan@example.org');
      expect(text).toMatch(/http:\/\/hearth\.local\/reset\/[0-9a-f]{64}/);
    }
    // Unlike EmonCMS, asking changes nothing: otherwise anybody could lock anybody out.
    expect((await post('login', { username: 'Megan', password: PASSWORD })).body.success).toBe(true);
  });
});

test('no secret reaches the log or another’s answer', async () => {
  const { app, keys, post, login, users, logged } = await house(stores);
  const canaries = [PASSWORD, 'canary-guess-1', 'canary-new-pass', keys.read, keys.write];
  await post('login', { username: 'Megan', password: 'canary-guess-1' });
  const agent = await login();
  const cookie = (await post('login', { username: 'Megan', password: PASSWORD })).headers['set-cookie']?.[0] ?? '';
  canaries.push(decodeURIComponent(/=([^;]*)/.exec(cookie)?.[1] ?? 'none').slice(2, 34));
  await agent.post('/user/changepassword.json').type('form').send({ old: PASSWORD, new: 'canary-new-pass' });
  await request(app).get('/feed/list.json').query({ apikey: keys.read });
  await request(app).get('/for/read').set('Authorization', `Bearer ${keys.write}`);
  await request(app).get(`/for/read?api%6bey=${keys.write}`);
  await request(app).get('/user/auth.json').query({ username: 'Megan', password: PASSWORD });
  const reset = (await users.makeResetLink(1, 1)) ?? '';
  canaries.push(reset);
  await request(app).get(`/reset/${reset}`);
  await request(app).get('/nowhere').set('Cookie', cookie).set('Authorization', keys.write);
  expect(logged()).toContain('/user/login.json');
  for (const canary of canaries) expect(logged()).not.toContain(canary);
});
