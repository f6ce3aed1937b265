import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { type Form, house, PASSWORD, sharedHouse } from '../../test/house.ts';
import { peopleApp } from '../../test/people-app.ts';
import { testStores } from '../../test/stores.ts';

const stores = await testStores();
const HEX32 = /^[0-9a-f]{32}$/;
const KEY_CANNOT = 'This action requires an interactive login and cannot be performed with an API key';
const TOO_MANY = { success: false, message: 'Too many attempts, please try again later' };

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
    const shared = sharedHouse(stores);

    test.each(REFUSALS)('with %s', async (_name, form, message) => {
      const { post, users } = shared();
      const answer = await post('register', form).expect(200).expect('Content-Type', 'application/json');
      expect(answer.body).toEqual({ success: false, message });
      expect(users.find(2)).toBeUndefined();
    });
  });

  test('makes a household with two keys that work', async () => {
    const { post, app, users } = await house(stores);
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
    const { app } = await house(stores);
    const { body } = await request(app).get('/user/register.json').query(GOOD);
    expect(body.message).toBe('Missing username, password or email parameter');
  });

  test('under /emoncms/ too', async () => {
    const { app } = await house(stores);
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
    const shared = sharedHouse(stores);

    test.each(ANSWERS)('with %s', async (_name, form, message) => {
      const { post } = shared();
      const { body, headers } = await post('login', form).expect(200);
      expect(body.message).toBe(message);
      expect('set-cookie' in headers).toBe(message === 'Login successful');
    });
  });

  test('tells where to start, sends the session cookie first, and a second login is false', async () => {
    const { app } = await house(stores);
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
    const { post } = await house(stores);
    const { headers } = await post('login', { username: 'Megan', password: PASSWORD, rememberme });
    expect(headers['set-cookie']?.[0]?.includes('Expires=')).toBe(stays);
  });
});

describe('auth', () => {
  test('gives an owner the keys', async () => {
    const { post, keys } = await house(stores);
    const { body } = await post('auth', { username: 'Megan', password: PASSWORD });
    expect(body).toEqual({ success: true, userid: 1, apikey_write: keys.write, apikey_read: keys.read });
  });

  const REFUSALS: [name: string, form: Form, message: string][] = [
    ['a wrong password', { username: 'Megan', password: 'wrongpw' }, 'Incorrect authentication'],
    ['an unknown name', { username: 'nosuchuser99', password: 'wrongpw' }, 'Incorrect authentication'],
    ['no password', { username: 'Megan' }, 'Username or password empty'],
  ];

  describe('is refused', () => {
    const shared = sharedHouse(stores);

    test.each(REFUSALS)('with %s', async (_name, form, message) => {
      const { post } = shared();
      expect((await post('auth', form)).body).toEqual({ success: false, message });
    });
  });

  test.each(['adult', 'guest'] as const)('gives an invited %s none', async (role) => {
    const { post, join, keys } = await house(stores);
    await join('Tomos', role);
    const { body, text } = await post('auth', { username: 'Tomos', password: PASSWORD });
    expect(body.success).toBe(false);
    expect(text).not.toContain(keys.read);
    expect(text).not.toContain(keys.write);
  });
});

describe.each(['login', 'auth'])('guessing over %s', (action) => {
  test('is stopped for one account, also with the right password', async () => {
    const { post } = await house(stores);
    for (let i = 0; i < 10; i++) await post(action, { username: 'Megan', password: `guess ${i}` });
    expect((await post(action, { username: 'Megan', password: 'guess 11' }).expect(200)).body).toEqual(TOO_MANY);
    expect((await post(action, { username: 'Megan', password: PASSWORD })).body).toEqual(TOO_MANY);
  });

  test('is stopped for one address, whatever the names', async () => {
    const { post } = await house(stores);
    for (let i = 0; i < 60; i++) await post(action, { username: `name${i}`, password: 'guess' });
    expect((await post(action, { username: 'Megan', password: PASSWORD })).body).toEqual(TOO_MANY);
  });
});

const WITH_KEY_ONLY_MESSAGE = ['get', 'set', 'auth', 'login', 'register', 'logout', 'changeemail', 'changeusername'];
const MORE = ['changepassword', 'newapikeyread', 'newapikeywrite', 'passwordreset', 'bogus'];

describe('who is not signed in', () => {
  const shared = sharedHouse(stores);

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
  const { app, keys, users } = await house(stores);
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

describe('without .json', () => {
  const shared = sharedHouse(stores);

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
