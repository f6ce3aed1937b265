import { beforeEach, describe, expect, it } from 'vitest';
import { PASSWORD, type PageApp, pageApp } from '../../test/page-app.ts';
import { testStores } from '../../test/stores.ts';

const stores = await testStores();
let hub: PageApp;

beforeEach(async () => {
  await stores.clear();
  hub = await pageApp(stores);
});

const HOME = { home: 'Tan-y-bryn', username: 'megan', email: '', timezone: 'Europe/London', language: 'en' };

describe('the first visit', () => {
  it.each(['/', '/sign-in', '/account'])('of %s leads to set-up', async (path) => {
    const { headers } = await hub.visitor().get(path).expect(303);
    expect(headers.location).toBe('/set-up');
  });

  it('makes the owner, signs them in and shows how to connect', async () => {
    const browser = hub.visitor();
    const { headers } = await browser
      .post('/set-up')
      .type('form')
      .send({ ...HOME, password: PASSWORD })
      .expect(303);
    expect(headers.location).toBe('/');
    const { text } = await browser.get('/').expect(200);
    expect(text).toContain('Nothing reports yet');
    expect(hub.users.account(1)).toMatchObject({ home: 'Tan-y-bryn', autoRecord: true, timezone: 'Europe/London' });
  });

  const refusals: [name: string, form: Record<string, string>, field: string, words: string][] = [
    ['a short password', { password: 'sh0rt' }, 'password', 'A little short'],
    ['a common password', { password: 'password1' }, 'password', 'Many people use this one'],
    ['no password', {}, 'password', 'A little short'],
    ['a name with a space', { username: 'me gan', password: PASSWORD }, 'username', 'Letters A to Z'],
    ['an address that is none', { email: 'megan@', password: PASSWORD }, 'email', 'does not look like'],
  ];
  it.each(refusals)('with %s keeps what was typed and says why', async (_name, form, field, words) => {
    const { text } = await hub
      .visitor()
      .post('/set-up')
      .type('form')
      .send({ ...HOME, ...form })
      .expect(422);
    expect(text).toContain('value="Tan-y-bryn"');
    expect(text).toContain(words);
    expect(text).toMatch(new RegExp(`<input id="${field}"[^>]* aria-invalid="true" aria-describedby="${field}-error`));
    if (form.password) expect(text).not.toContain(form.password);
    expect(hub.users.isEmpty()).toBe(true);
  });

  it('speaks the browser’s language and offers its own zone', async () => {
    const { text } = await hub.visitor().get('/set-up').set('Accept-Language', 'de-AT,de').expect(200);
    expect(text).toContain('<html lang="de">');
    expect(text).toContain('<option value="de" lang="de" selected>');
    expect(text).toMatch(/<select id="timezone" name="timezone" data-guess>/);
    expect(text).toContain('<option value="Europe/London" selected>');
  });

  it('shows what is typed as words, never as markup', async () => {
    const form = { ...HOME, home: '"><script>alert(1)</script>', password: 'x' };
    const { text } = await hub.visitor().post('/set-up').type('form').send(form).expect(422);
    expect(text).not.toContain('<script>alert');
  });
});

describe('signing in', () => {
  beforeEach(async () => {
    await hub.browserOf('owner');
  });

  const send = (form: Record<string, string>) => hub.visitor().post('/sign-in').type('form').send(form);

  it('leads back to the page that was asked for', async () => {
    const { headers } = await hub.visitor().get('/graph?range=day').expect(303);
    expect(headers.location).toBe('/sign-in?to=%2Fgraph%3Frange%3Dday');
    const entered = await send({ username: 'megan', password: PASSWORD, to: '/graph?range=day' }).expect(303);
    expect(entered.headers.location).toBe('/graph?range=day');
  });

  it.each(['//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)', '/a b'])(
    'does not lead to %s',
    async (to) => {
      const { headers } = await send({ username: 'megan', password: PASSWORD, to }).expect(303);
      expect(headers.location).toBe('/');
    },
  );

  it('says the same of a wrong name and a wrong password', async () => {
    const wrongPassword = await send({ username: 'megan', password: 'x' }).expect(422);
    const wrongName = await send({ username: 'nobody', password: 'x' }).expect(422);
    for (const { text } of [wrongPassword, wrongName]) expect(text).toContain('That name and password do not match.');
    expect(wrongPassword.text).toContain('value="megan"');
  });

  it('rests after ten tries and says for how long', async () => {
    for (let tries = 0; tries < 9; tries += 1) await send({ username: 'megan', password: 'x' }).expect(422);
    const last = await send({ username: 'megan', password: 'x' });
    expect(last.text).toContain('0 tries left');
    const { text, headers } = await send({ username: 'megan', password: PASSWORD }).expect(429);
    expect(text).toContain('Try again in about 15 min.');
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  });

  it('stays on the device only where that was asked for', async () => {
    const stays = await send({ username: 'megan', password: PASSWORD, stay: 'yes' }).expect(303);
    const goes = await send({ username: 'megan', password: PASSWORD }).expect(303);
    expect(String(stays.headers['set-cookie'])).toMatch(/EMONCMS_SESSID=[^;]+;[^,]*Expires/);
    expect(String(goes.headers['set-cookie'])).not.toMatch(/Expires/);
  });

  it('ends with signing out', async () => {
    const browser = await hub.browserOf('owner');
    expect((await browser.post('/sign-out').expect(303)).headers.location).toBe('/sign-in?done=out');
    await browser.get('/account').expect(303);
  });
});

describe('a link', () => {
  it('lets an invited guest in, once', async () => {
    await hub.browserOf('owner');
    const secret = await hub.users.invite(1, { name: 'Nain', role: 'guest' });
    const browser = hub.visitor();
    const { text, headers } = await browser.get(`/join/${secret}`).expect(200);
    expect(text).toContain('Join Tan-y-bryn');
    expect(headers['cache-control']).toBe('no-store');
    const form = { username: 'nain', password: PASSWORD, timezone: 'Europe/London', language: 'cy' };
    await browser
      .post(`/join/${secret}`)
      .type('form')
      .send({ ...form, password: 'x' })
      .expect(422);
    await browser.post(`/join/${secret}`).type('form').send(form).expect(303);
    expect((await browser.get('/').expect(200)).text).toContain('<html lang="cy">');
    expect((await hub.visitor().get(`/join/${secret}`).expect(410)).text).toContain('This link has done its work');
  });

  it('sets a forgotten password, once', async () => {
    await hub.browserOf('adult');
    const [, adult] = hub.users.people(1);
    const secret = (await hub.users.makeResetLink(1, adult?.id ?? 0)) ?? '';
    const next = 'four dry sheep here';
    await hub.visitor().post(`/reset/${secret}`).type('form').send({ password: 'x' }).expect(422);
    await hub.visitor().post(`/reset/${secret}`).type('form').send({ password: next }).expect(303);
    await hub.visitor().post('/sign-in').type('form').send({ username: 'adult', password: next }).expect(303);
    await hub.visitor().get(`/reset/${secret}`).expect(410);
  });

  it('that nobody made is none', async () => {
    await hub.visitor().get('/join/0123456789').expect(410);
    await hub.visitor().post('/reset/0123456789').type('form').send({ password: PASSWORD }).expect(410);
  });

  it('is not promised where there is no mail', async () => {
    await hub.browserOf('owner');
    const { text } = await hub.visitor().get('/forgotten').expect(200);
    expect(text).toContain('Hearth has no way to send mail here.');
    expect(text).not.toContain('<form');
  });
});

describe('what is not there', () => {
  it('is said in a page, in the reader’s language', async () => {
    const { text } = await hub.visitor().get('/no/such/page').set('Accept-Language', 'cy').expect(404);
    expect(text).toContain('Does dim byd yma');
  });
  it('may be what another site’s form tried', async () => {
    const browser = await hub.browserOf('owner');
    const { text } = await browser
      .post('/account/keys')
      .set('Origin', 'https://evil.example')
      .type('form')
      .send({ which: 'write' });
    expect(text).toContain('This came from another place');
  });
});
