import { beforeEach, describe, expect, it } from 'vitest';
import type { Role } from '../../models/who.ts';
import { type Browser, PASSWORD, type PageApp, pageApp } from '../../test/page-app.ts';
import { testStores } from '../../test/stores.ts';

const stores = await testStores();
let hub: PageApp;

beforeEach(async () => {
  await stores.clear();
  hub = await pageApp(stores);
});

async function post(browser: Browser, path: string, form: Record<string, string>, status = 303) {
  return await browser.post(path).type('form').send(form).expect(status);
}

async function text(browser: Browser, path: string): Promise<string> {
  return (await browser.get(path).expect(200)).text;
}

describe('who may what', () => {
  type Expected = Record<Role, number>;
  const cases: [method: 'get' | 'post', path: string, expected: Expected][] = [
    ['get', '/account', { owner: 200, adult: 200, guest: 200 }],
    ['post', '/account/keys', { owner: 400, adult: 403, guest: 403 }],
    ['post', '/account/recording', { owner: 303, adult: 403, guest: 403 }],
    ['get', '/people', { owner: 200, adult: 403, guest: 403 }],
    ['post', '/people/invitations', { owner: 422, adult: 403, guest: 403 }],
    ['get', '/people/1', { owner: 404, adult: 403, guest: 403 }],
    ['post', '/people/1/role', { owner: 404, adult: 403, guest: 403 }],
    ['post', '/people/1/password', { owner: 404, adult: 403, guest: 403 }],
    ['post', '/people/1/remove', { owner: 404, adult: 403, guest: 403 }],
  ];
  it.each(['owner', 'adult', 'guest'] as const)('%s', async (role) => {
    const browser = await hub.browserOf(role);
    const found = [];
    for (const [method, path] of cases) found.push([path, (await browser[method](path)).status]);
    expect(found).toEqual(cases.map(([, path, expected]) => [path, expected[role]]));
  });
  it('nobody without signing in', async () => {
    await hub.browserOf('owner');
    for (const [method, path] of cases) {
      const { status, headers } = await hub.visitor()[method](path);
      expect([path, status, headers.location?.startsWith('/sign-in')]).toEqual([path, 303, true]);
    }
  });
});

describe('keys', () => {
  it.each([
    ['owner', true],
    ['adult', false],
    ['guest', false],
  ] as const)('an %s sees them: %s', async (role, sees) => {
    const html = await text(await hub.browserOf(role), '/account');
    const { read, write } = hub.users.keys(1);
    expect([html.includes(read), html.includes(write)]).toEqual([sees, sees]);
  });

  it('are kept out of the browser’s store', async () => {
    const { headers } = await (await hub.browserOf('owner')).get('/account');
    expect(headers['cache-control']).toBe('no-store');
  });

  it('are renewed one by one; the old one is dead', async () => {
    const browser = await hub.browserOf('owner');
    const before = hub.users.keys(1);
    const { headers } = await post(browser, '/account/keys', { which: 'write' });
    expect(await text(browser, headers.location ?? '')).toContain('There is a new write key.');
    expect(hub.users.keys(1).write).not.toBe(before.write);
    expect(hub.users.keys(1).read).toBe(before.read);
    expect(hub.users.byKey(before.write)).toBeUndefined();
  });
});

describe('a person', () => {
  const refusals: [name: string, form: Record<string, string>, field: string, words: string][] = [
    ['wrong', { old: 'no', new: 'four dry sheep' }, 'old', 'This is not your password now.'],
    ['short', { old: PASSWORD, new: 'x' }, 'new', 'A little short'],
    ['common', { old: PASSWORD, new: 'password1' }, 'new', 'Many people use this one'],
  ];
  it.each(refusals)('is told at the field that a password is %s', async (_name, form, field, words) => {
    const { text: html } = await post(await hub.browserOf('guest'), '/account/password', form, 422);
    expect(html).toMatch(new RegExp(`id="${field}"[^>]*aria-invalid="true"[^>]*autofocus`));
    expect(html).toContain(words);
  });

  it('changes the password, stays signed in here and nowhere else', async () => {
    const [here, there] = [await hub.browserOf('adult'), await hub.browserOf('adult')];
    await post(here, '/account/password', { old: PASSWORD, new: 'four dry sheep' });
    await here.get('/account').expect(200);
    await there.get('/account').expect(303);
  });

  it('chooses zone, language and e-mail', async () => {
    const browser = await hub.browserOf('adult');
    await post(browser, '/account/place', { timezone: 'Europe/Berlin', language: 'de' });
    await post(browser, '/account/email', { email: 'tomos@example.org' });
    const [, adult] = hub.users.people(1);
    expect(adult).toMatchObject({ timezone: 'Europe/Berlin', language: 'de', email: 'tomos@example.org' });
    expect(await text(browser, '/account')).toContain('<html lang="de">');
    const { text: html } = await post(browser, '/account/email', { email: 'tomos@' }, 422);
    expect(html).toContain('value="tomos@"');
  });

  it('signs out everywhere', async () => {
    const [here, there] = [await hub.browserOf('guest'), await hub.browserOf('guest')];
    await post(here, '/account/sign-out-everywhere', {});
    for (const browser of [here, there]) await browser.get('/').expect(303);
  });

  it('switches recording by itself off and on', async () => {
    const browser = await hub.browserOf('owner');
    expect(await text(browser, '/account')).toMatch(/name="record"[^>]* checked/);
    await post(browser, '/account/recording', {});
    expect(hub.users.account(1)?.autoRecord).toBe(false);
    await post(browser, '/account/recording', { record: 'yes' });
    expect(hub.users.account(1)?.autoRecord).toBe(true);
  });
});

describe('people', () => {
  it('are invited by a link that is shown once', async () => {
    const browser = await hub.browserOf('owner');
    const { headers } = await post(browser, '/people/invitations', { name: 'Nain', role: 'guest' });
    const shown = /http:\/\/127[^<]*\/join\/([0-9a-f]+)/.exec(await text(browser, headers.location ?? ''));
    expect(await hub.users.invitation(shown?.[1] ?? '')).toMatchObject({ name: 'Nain', role: 'guest' });
    const again = await text(browser, '/people');
    expect(again).not.toContain('/join/');
    expect(again).toContain('Withdraw the invitation for Nain');
  });

  it.each([
    ['no name', { role: 'guest' }, 'Fill this in.'],
    ['no choice', { name: 'Nain' }, 'Choose one.'],
    ['another owner', { name: 'Nain', role: 'owner' }, 'Choose one.'],
  ])('are not invited with %s', async (_name, form, words) => {
    const { text: html } = await post(await hub.browserOf('owner'), '/people/invitations', form, 422);
    expect(html).toContain(words);
    expect(await hub.users.invitations(1)).toEqual([]);
  });

  it('lose an invitation that is withdrawn', async () => {
    const browser = await hub.browserOf('owner');
    const secret = await hub.users.invite(1, { name: 'Nain', role: 'guest' });
    const [open] = await hub.users.invitations(1);
    await post(browser, `/people/invitations/${open?.id}/withdraw`, {});
    expect(await hub.users.invitation(secret)).toBeUndefined();
  });

  it('may do more or less from their next request on', async () => {
    const [owner, adult] = [await hub.browserOf('owner'), await hub.browserOf('adult')];
    const [, person] = hub.users.people(1);
    await post(owner, `/people/${person?.id}/role`, { role: 'guest' });
    expect(await text(adult, '/account')).toContain('You may look at everything');
    await post(owner, `/people/${person?.id}/role`, { role: 'owner' }, 400);
  });

  it('get a link for a forgotten password, shown once', async () => {
    const owner = await hub.browserOf('owner');
    await hub.browserOf('adult');
    const [, person] = hub.users.people(1);
    await post(owner, `/people/${person?.id}/password`, {});
    const secret = /\/reset\/([0-9a-f]+)/.exec(await text(owner, `/people/${person?.id}`))?.[1] ?? '';
    expect(await hub.users.resetUser(secret)).toMatchObject({ username: 'adult' });
    expect(await text(owner, `/people/${person?.id}`)).not.toContain('/reset/');
  });

  it('are taken off only when the owner is sure', async () => {
    const [owner, adult] = [await hub.browserOf('owner'), await hub.browserOf('adult')];
    const [, person] = hub.users.people(1);
    const { text: html } = await post(owner, `/people/${person?.id}/remove`, {}, 422);
    expect(html).toContain('Tick this first.');
    const { headers } = await post(owner, `/people/${person?.id}/remove`, { sure: 'yes' });
    expect(await text(owner, headers.location ?? '')).toContain('adult is taken off Hearth.');
    await adult.get('/').expect(303);
  });

  it('of another household are not there', async () => {
    const owner = await hub.browserOf('owner');
    const form = {
      username: 'other',
      password: 'quite another word',
      email: '',
      address: '::1',
      rule: 'household',
    } as const;
    const other = await hub.users.register(form);
    const id = other.ok ? other.user.id : 0;
    await owner.get(`/people/${id}`).expect(404);
    await post(owner, `/people/${id}/remove`, { sure: 'yes' }, 404);
    expect(hub.users.find(id)).toBeDefined();
  });
});
