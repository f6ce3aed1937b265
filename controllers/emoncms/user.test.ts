import request from 'supertest';
import { beforeAll, describe, expect, test } from 'vitest';
import { registration, type TestPeopleOptions } from '../../test/people.ts';
import { peopleApp } from '../../test/people-app.ts';
import { testStores } from '../../test/stores.ts';

const stores = await testStores();
const PASSWORD = 'three wet sheep';
const HEX32 = /^[0-9a-f]{32}$/;
const KEY_CANNOT = 'This action requires an interactive login and cannot be performed with an API key';
const TOO_MANY = { success: false, message: 'Too many attempts, please try again later' };

type Form = Record<string, string>;

async function house(options: TestPeopleOptions = {}) {
  await stores.clear();
  const people = await peopleApp(stores, options);
  const made = await people.users.register(registration());
  if (!made.ok) throw new Error(made.why);
  const post = (path: string, form: Form = {}, query: Form = {}) =>
    request(people.app).post(`/user/${path}.json`).type('form').query(query).send(form);
  const login = async (username = 'Megan', password = PASSWORD) => {
    const agent = request.agent(people.app);
    await agent.post('/user/login.json').type('form').send({ username, password });
    return agent;
  };
  const join = async (username: string, role: 'owner' | 'adult' | 'guest') => {
    const secret = await people.users.invite(made.user.account, { name: username, role });
    await people.users.acceptInvitation(secret, { username, password: PASSWORD, email: '' });
    return await login(username);
  };
  return { ...people, user: made.user, keys: made.keys, post, login, join };
}

/** One house for a table of questions that change nothing. */
function sharedHouse(): () => Awaited<ReturnType<typeof house>> {
  let shared: Awaited<ReturnType<typeof house>> | null = null;
  beforeAll(async () => {
    shared = await house();
  });
  return () => {
    if (!shared) throw new Error('asked for before the tests run');
    return shared;
  };
}

describe('register', () => {
  const GOOD = { username: 'foobar', password: 'secret1', email: 'a@example.com', timezone: 'Europe/Paris' };
  const without = (field: string) => Object.fromEntries(Object.entries(GOOD).filter(([name]) => name !== field));

  const REFUSALS: [name: string, form: Form, message: string][] = [
    ['nothing', {}, 'Missing username, password or email parameter'],
    ['no name', without('username'), 'Missing username, password or email parameter'],
    ['no password', without('password'), 'Missing username, password or email parameter'],
    ['no address', without('email'), 'Missing username, password or email parameter'],
    ['an underscore', { ...GOOD, username: 'foo_bar' }, 'Username must only contain a-z and 0-9 characters'],
    ['two letters', { ...GOOD, username: 'ab' }, 'Username must be at least 3 characters'],
    ['31 letters', { ...GOOD, username: 'a'.repeat(31) }, 'Username must be less than 30 characters'],
    ['a taken name', { ...GOOD, username: 'megan' }, 'Username already exists'],
    ['no such address', { ...GOOD, email: 'foo' }, 'Email address format error'],
    ['a short password', { ...GOOD, password: 'abc' }, 'Password must be at least 4 characters'],
    ['a long password', { ...GOOD, password: 'a'.repeat(251) }, 'Password must be less than 250 characters'],
    [
      'name and password wrong: the name',
      { ...GOOD, username: 'ab', password: 'a' },
      'Username must be at least 3 characters',
    ],
  ];

  describe('is refused', () => {
    const shared = sharedHouse();

    test.each(REFUSALS)('with %s', async (_name, form, message) => {
      const { post, users } = shared();
      const answer = await post('register', form).expect(200).expect('Content-Type', 'application/json');
      expect(answer.body).toEqual({ success: false, message });
      expect(users.find(2)).toBeUndefined();
    });
  });

  test('makes a household with two keys that work', async () => {
    const { post, app, users } = await house();
    const { body } = await post('register', GOOD).expect(200);
    expect(Object.keys(body)).toEqual(['success', 'verifyemail', 'userid', 'apikey_read', 'apikey_write']);
    expect(body).toMatchObject({ success: true, verifyemail: false, userid: 2 });
    expect(body.apikey_read).toMatch(HEX32);
    const session = (apikey: string) => request(app).get('/user/session.json').query({ apikey });
    expect((await session(body.apikey_read)).body).toEqual({ userid: 2, type: 'read' });
    expect((await session(body.apikey_write)).body).toEqual({ userid: 2, type: 'write' });
    expect(users.find(2)?.timezone).toBe('Europe/Paris');
  });

  test('reads the form only, never the query', async () => {
    const { app } = await house();
    const { body } = await request(app).get('/user/register.json').query(GOOD);
    expect(body.message).toBe('Missing username, password or email parameter');
  });

  test('under /emoncms/ too', async () => {
    const { app } = await house();
    const { body } = await request(app).post('/emoncms/user/register.json').type('form').send(GOOD);
    expect(body.success).toBe(true);
  });

  test('where it takes an invitation: only the first one', async () => {
    await stores.clear();
    const { app, users } = await peopleApp(stores, { openRegistration: false });
    const post = (username: string) =>
      request(app)
        .post('/user/register.json')
        .type('form')
        .send({ ...GOOD, username });
    expect((await post('first')).body).toMatchObject({ success: true, userid: 1 });
    const { body } = await post('second').expect(200);
    expect(body).toEqual({ success: false, message: 'New accounts on this hub are made by invitation' });
    expect(users.find(2)).toBeUndefined();
  });
});

describe('login', () => {
  const ANSWERS: [name: string, form: Form, message: string][] = [
    ['the right password', { username: 'Megan', password: PASSWORD }, 'Login successful'],
    ['a wrong password', { username: 'Megan', password: 'nope1' }, 'Incorrect username or password'],
    ['an unknown name', { username: 'nosuchuser99', password: 'nope1' }, 'Incorrect username or password'],
    ['a name that cannot be', { username: 'a b', password: 'xxxx' }, 'Incorrect username or password'],
    ['no password', { username: 'Megan', password: '' }, 'Username or password empty'],
    ['nothing', {}, 'Username or password empty'],
  ];

  describe('answers', () => {
    const shared = sharedHouse();

    test.each(ANSWERS)('with %s', async (_name, form, message) => {
      const { post } = shared();
      const { body, headers } = await post('login', form).expect(200);
      expect(body.message).toBe(message);
      expect('set-cookie' in headers).toBe(message === 'Login successful');
    });
  });

  test('tells where to start, sends the session cookie first, and a second login is false', async () => {
    const { app } = await house();
    const agent = request.agent(app);
    const form = { username: 'Megan', password: PASSWORD };
    const answer = await agent.post('/user/login.json').type('form').send(form);
    expect(answer.text).toBe('{"success":true,"message":"Login successful","startingpage":"feed\\/list"}');
    expect(answer.headers['set-cookie']?.[0]).toMatch(/^EMONCMS_SESSID=/);
    expect((await agent.post('/user/login.json').type('form').send(form)).text).toBe('false');
  });

  test.each([
    ['0', false],
    ['', false],
    ['1', true],
  ])('rememberme=%j: the cookie outlives the browser is %s', async (rememberme, stays) => {
    const { post } = await house();
    const { headers } = await post('login', { username: 'Megan', password: PASSWORD, rememberme });
    expect(headers['set-cookie']?.[0]?.includes('Expires=')).toBe(stays);
  });
});

describe('auth', () => {
  test('gives an owner the keys', async () => {
    const { post, keys } = await house();
    const { body } = await post('auth', { username: 'Megan', password: PASSWORD });
    expect(body).toEqual({ success: true, userid: 1, apikey_write: keys.write, apikey_read: keys.read });
  });

  const REFUSALS: [name: string, form: Form, message: string][] = [
    ['a wrong password', { username: 'Megan', password: 'wrongpw' }, 'Incorrect authentication'],
    ['an unknown name', { username: 'nosuchuser99', password: 'wrongpw' }, 'Incorrect authentication'],
    ['no password', { username: 'Megan' }, 'Username or password empty'],
  ];

  describe('is refused', () => {
    const shared = sharedHouse();

    test.each(REFUSALS)('with %s', async (_name, form, message) => {
      const { post } = shared();
      expect((await post('auth', form)).body).toEqual({ success: false, message });
    });
  });

  test.each(['adult', 'guest'] as const)('gives an invited %s none', async (role) => {
    const { post, join, keys } = await house();
    await join('Tomos', role);
    const { body, text } = await post('auth', { username: 'Tomos', password: PASSWORD });
    expect(body.success).toBe(false);
    expect(text).not.toContain(keys.read);
    expect(text).not.toContain(keys.write);
  });
});

describe.each(['login', 'auth'])('guessing over %s', (action) => {
  test('is stopped for one account, also with the right password', async () => {
    const { post } = await house();
    for (let i = 0; i < 10; i++) await post(action, { username: 'Megan', password: `guess ${i}` });
    expect((await post(action, { username: 'Megan', password: 'guess 11' }).expect(200)).body).toEqual(TOO_MANY);
    expect((await post(action, { username: 'Megan', password: PASSWORD })).body).toEqual(TOO_MANY);
  });

  test('is stopped for one address, whatever the names', async () => {
    const { post } = await house();
    for (let i = 0; i < 60; i++) await post(action, { username: `name${i}`, password: 'guess' });
    expect((await post(action, { username: 'Megan', password: PASSWORD })).body).toEqual(TOO_MANY);
  });
});

const WITH_KEY_ONLY_MESSAGE = ['get', 'set', 'auth', 'login', 'register', 'logout', 'changeemail', 'changeusername'];
const MORE = ['changepassword', 'newapikeyread', 'newapikeywrite', 'passwordreset', 'bogus'];

describe('who is not signed in', () => {
  const shared = sharedHouse();

  test.each([...WITH_KEY_ONLY_MESSAGE, ...MORE])('%s is not for keys', async (action) => {
    const { app, keys, users } = shared();
    for (const apikey of [keys.read, keys.write]) {
      const form = {
        username: 'Megan',
        password: PASSWORD,
        email: 'evil@example.org',
        old: PASSWORD,
        new: 'four dry goats',
      };
      const answer = await request(app)
        .post(`/user/${action}.json`)
        .query({ apikey, ...form })
        .type('form')
        .send(form);
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({ success: false, message: KEY_CANNOT });
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
    expect(users.keys(1)).toEqual(keys);
    expect(users.find(1)).toMatchObject({ username: 'Megan', email: 'megan@example.org' });
  });

  test.each(['get', 'session', 'getuuid', 'timezone', 'gettimezone', 'gettimezones', 'newapikeywrite', 'bogus'])(
    'a visitor gets false of %s',
    async (action) => {
      const { app } = shared();
      const answer = await request(app).get(`/user/${action}.json`).expect(200);
      expect(answer.text).toBe('false');
      expect(answer.headers['content-type']).toBe('application/json');
    },
  );
});

test('a read key may ask for time zone and uuid', async () => {
  const { app, keys, users } = await house();
  await users.set(1, { timezone: 'Asia/Kolkata' });
  const get = async (action: string) =>
    (await request(app).get(`/user/${action}.json`).query({ apikey: keys.read })).body;
  expect(await get('timezone')).toBe(19800);
  expect(await get('gettimezone')).toBe('Asia/Kolkata');
  expect(await get('getuuid')).toEqual({ success: true, message: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  expect(await get('gettimezones')).toContainEqual({
    id: 'Asia/Kolkata',
    gmt_offset_secs: 19800,
    gmt_offset_text: 'GMT +05:30',
  });
});

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
    const { login, keys } = await house();
    const { body } = await (await login()).get('/user/get.json');
    expect(body).toEqual({ ...EMPTY, apikey_write: keys.write, apikey_read: keys.read });
  });

  test.each(['adult', 'guest'] as const)('shows an invited %s no key', async (role) => {
    const { join, keys } = await house();
    const { body, text } = await (await join('Tomos', role)).get('/user/get.json');
    expect(body).toMatchObject({ username: 'Tomos', apikey_write: '', apikey_read: '' });
    expect(text).not.toContain(keys.read);
  });

  test('keeps what it is set to', async () => {
    const { login, keys } = await house();
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
    const shared = sharedHouse();

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
      const { login, post } = await house();
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
    const { login } = await house();
    expect((await (await login()).get(`/user/${path}.json`).query(query)).body).toEqual(answer);
  });

  const PASSWORDS: [name: string, form: Form, message: string][] = [
    ['a wrong old one', { old: 'wrong', new: 'newpass' }, 'Old password incorect'],
    ['a short one', { old: PASSWORD, new: 'abc' }, 'Password must be at least 4 characters'],
    ['a good one', { old: PASSWORD, new: 'newpass' }, 'Password updated successfully'],
  ];

  test.each(PASSWORDS)('the password to %s', async (_name, form, message) => {
    const { login, post } = await house();
    const agent = await login();
    const { body } = await agent.post('/user/changepassword.json').type('form').send(form);
    expect(body.message).toBe(message);
    const password = body.success ? 'newpass' : PASSWORD;
    expect((await post('login', { username: 'Megan', password })).body.success).toBe(true);
  });

  test('a new password signs every other browser out, not this one', async () => {
    const { login } = await house();
    const [here, there] = [await login(), await login()];
    await here.post('/user/changepassword.json').type('form').send({ old: PASSWORD, new: 'newpass' });
    expect((await here.get('/user/session.json')).body).toEqual({ userid: 1, type: 'write' });
    expect((await there.get('/user/session.json')).body).toBe(false);
  });

  test.each(['read', 'write'] as const)('a new %s key kills the old one', async (kind) => {
    const { login, app, keys } = await house();
    const { body } = await (await login()).get(`/user/newapikey${kind}.json`);
    expect(body).toEqual({ success: true, [`${kind}_apikey`]: expect.stringMatching(HEX32) });
    const session = (apikey: string) => request(app).get('/user/session.json').query({ apikey });
    expect((await session(body[`${kind}_apikey`])).body).toEqual({ userid: 1, type: kind });
    expect((await session(keys[kind])).status).toBe(401);
  });

  test.each(['adult', 'guest'] as const)('an invited %s renews no key', async (role) => {
    const { join, users, keys } = await house();
    const agent = await join('Tomos', role);
    for (const kind of ['read', 'write']) {
      expect((await agent.get(`/user/newapikey${kind}.json`)).body.success).toBe(false);
    }
    expect(users.keys(1)).toEqual(keys);
  });

  test('logging out answers false and ends the session', async () => {
    const { login } = await house();
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
    const { app, users, mail, post } = await house();
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

describe('without .json', () => {
  const shared = sharedHouse();

  test.each([
    ['/user/login', 303, '/sign-in'],
    ['/user/view', 303, '/account'],
    ['/user/list', 406, undefined],
    ['/user/get.xml', 406, undefined],
  ])('the page %s answers %i', async (path, status, location) => {
    const { app } = shared();
    const answer = await request(app).get(path).expect(status);
    expect(answer.headers.location).toBe(location);
  });
});

test('no secret reaches the log or another’s answer', async () => {
  const { app, keys, post, login, users, logged } = await house();
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
