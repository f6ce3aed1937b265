import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Device } from '../../models/device.ts';
import { DeviceError } from '../../models/drivers/device-error.ts';
import { type AskForm, proofOf } from '../../models/pairing/request.ts';
import { type FakeFamily, fakeFamily, fakeFound } from '../../test/fake-driver.ts';
import { type Browser, type PageApp, pageApp } from '../../test/page-app.ts';
import { testStores } from '../../test/stores.ts';

const stores = await testStores();
let hub: PageApp;
let owner: Browser;
let guest: Browser;
let account: number;
let family: FakeFamily;
let lamp: Device;

beforeAll(async () => {
  hub = await pageApp(stores);
  owner = await hub.browserOf('owner');
  guest = await hub.browserOf('guest');
  account = hub.users.people(1)[0]?.account ?? 1;
  family = fakeFamily();
  hub.drivers.set('fake', family.driver);
  lamp = await hub.devices.adopt(account, fakeFound('lamp'), { name: 'Lamp', room: 'Hall', now: hub.clock.seconds() });
});

const send = (browser: Browser, path: string, form: Record<string, string>) =>
  browser.post(`/devices${path}`).type('form').send(form);
const textOf = async (path = '', browser = owner) => (await browser.get(`/devices${path}`).expect(200)).text;
const asks = (name: string, address = '192.168.1.47') => {
  const deviceId = `id-${name.length}-${randomBytes(3).toString('hex')}`;
  const form = { deviceId, type: 'smartplug', name, nonce: randomBytes(16).toString('hex') };
  return hub.pairing.ask(form as AskForm, address);
};

describe('who may do what with devices', () => {
  const CASES: readonly [method: 'get' | 'post', path: string, who: 'nobody' | 'guest' | 'owner', status: number][] = [
    ['get', '', 'nobody', 303],
    ['get', '', 'guest', 200],
    ['get', '/wizard', 'guest', 403],
    ['get', '/ask', 'guest', 403],
    ['get', '/ID', 'guest', 200],
    ['get', '/999', 'owner', 404],
    ['get', '/no-number', 'owner', 404],
    ['post', '/door', 'guest', 403],
    ['post', '/asks/x', 'guest', 403],
    ['post', '/found/x', 'guest', 403],
    ['post', '/blocks/1', 'guest', 403],
    ['post', '/ignored/x', 'guest', 403],
    ['post', '/ID', 'guest', 403],
    ['post', '/ID/switch', 'guest', 403],
    ['post', '/ID/login', 'guest', 403],
    ['post', '/ID/template', 'guest', 403],
    ['post', '/ID/remove', 'guest', 403],
    ['post', '/999/switch', 'owner', 404],
    ['post', '/ID/switch', 'owner', 400],
    ['post', '/ID/login', 'owner', 400],
    ['post', '/asks/x', 'owner', 400],
  ];
  it.each(CASES)('%s /devices%s as %s: %i', async (method, path, who, status) => {
    const browser = { nobody: hub.visitor(), guest, owner }[who];
    await browser[method](`/devices${path.replace('ID', String(lamp.id))}`).expect(status);
  });

  it('shows a guest no form', async () => {
    for (const path of ['', `/${lamp.id}`]) expect(await textOf(path, guest)).not.toMatch(/action="\/devices/);
  });
});

describe('the switch', () => {
  const page = () => textOf('', owner);

  it('is two buttons while the device has not said whether it is on', async () => {
    expect(await page()).toContain('Switch Lamp on');
    expect(await page()).not.toContain('role="switch"');
  });

  it('asks the device and shows what it reports, not what was wished', async () => {
    await hub.states.report(lamp.id, { on: false, at: hub.clock.seconds() });
    const answer = await send(owner, `/${lamp.id}/switch`, { on: 'yes', to: 'devices' }).expect(303);
    expect(answer.headers.location).toBe('/devices');
    expect(family.switched.at(-1)).toEqual(['lamp', true]);
    expect(await page()).toMatch(/aria-checked="false"[^>]*aria-busy="true"/);
    expect(await page()).toContain('Switching on');
    hub.clock.advance(1000);
    await hub.states.report(lamp.id, { on: true, at: hub.clock.seconds() });
    expect(await page()).toMatch(/aria-checked="true"/);
    expect(await page()).toContain('On since 12:00');
  });

  it('says what was wished and what is when the two differ for longer', async () => {
    await send(owner, `/${lamp.id}/switch`, { on: 'no', to: 'home' }).expect(303).expect('location', '/');
    hub.clock.advance(20_000);
    expect(await page()).toContain('Should be off since 12:00. It says on.');
  });

  it('tells why a device did not switch, and that the wish is kept', async () => {
    family.deaf = true;
    const { headers } = await send(owner, `/${lamp.id}/switch`, { on: 'no', to: 'device' }).expect(303);
    family.deaf = false;
    const { text } = await owner.get(headers.location as string).expect(200);
    expect(text).toContain('Lamp did not switch off.');
    expect(text).toContain('It did not answer in time.');
  });

  it('keeps a log with who did it and what came of it', async () => {
    const text = await textOf(`/${lamp.id}`);
    expect(text).toMatch(/megan|Megan/);
    expect(text).toContain('sent');
    expect(text).toContain('It did not answer in time.');
  });
});

describe('devices that ask to join', () => {
  it('are not heard while the door is closed', async () => {
    await expect(asks('early')).rejects.toMatchObject({ code: 'HUB_PAIRING_CLOSED' });
  });

  it('wait on top of the page, markup in their names as text, and in a line on every other page', async () => {
    await send(owner, '/door', { minutes: '5', to: 'wizard' }).expect(303).expect('location', '/devices/wizard');
    const { id, code } = await asks('<script>alert(1)</script>');
    const text = await textOf();
    expect(text).toContain('1 device asks to join');
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(text).not.toContain('<script>alert');
    expect(text).toContain(code!.slice(0, 3));
    expect(text).toMatch(/role="timer"[^>]*data-left="300"/);
    expect(await textOf('/wizard')).toContain(`/devices/asks/${id}`);
    const { text: account } = await owner.get('/account').expect(200);
    expect(account).toContain(`data-requests="${id}"`);
    expect(account).toContain('1 device asks to join.');
    const { text: guests } = await guest.get('/account').expect(200);
    expect(guests).not.toContain('asks to join');
    expect(await textOf('', guest)).not.toContain('asks to join');
  });

  it('are allowed, and it is said what follows', async () => {
    const { id } = await asks('mine');
    expect(await textOf(`/ask?request=${id}`)).toContain(`/devices/asks/${id}`);
    const { headers } = await send(owner, `/asks/${id}`, { say: 'allow', to: 'devices' }).expect(303);
    const { text } = await owner.get(headers.location as string);
    expect(text).toContain('Allowed.');
    expect(text).toContain('It fetches its login');
  });

  it.each([
    ['deny', 'Turned away.'],
    ['block', 'Turned away for good.'],
  ])('are turned away: %s', async (say, words) => {
    const { id } = await asks('foreign');
    const { headers } = await send(owner, `/asks/${id}`, { say, to: 'wizard' }).expect(303);
    expect((await owner.get(headers.location as string)).text).toContain(words);
    expect(await textOf()).not.toContain(id);
    const again = await send(owner, `/asks/${id}`, { say: 'allow' }).expect(303);
    expect(again.headers.location).toContain('done=over');
  });

  it('are called as is said with the yes, once they fetch their login', async () => {
    const [nonce, deviceId] = [randomBytes(16).toString('hex'), 'boiler-1'];
    const form = { deviceId, type: 'smartplug', name: 'ESP_77', nonce } as AskForm;
    const { id } = await hub.pairing.ask(form, '192.168.1.48');
    const odd = await send(owner, `/asks/${id}`, { say: 'allow', name: '<b>' }).expect(303);
    expect((await owner.get(odd.headers.location as string)).text).toContain('Nothing was decided yet');
    expect(hub.pairing.state(account).requests.find(({ request }) => request === id)?.state).toBe('waiting');
    const called = { name: 'Boiler', room: 'Attic', place: 'w.r1.c2' };
    await send(owner, `/asks/${id}`, { say: 'allow', to: 'wizard', ...called }).expect(303);
    await hub.pairing.poll(id, proofOf(id, nonce), '192.168.1.48');
    expect(hub.devices.byIdentity(account, 'emonesp', deviceId)).toMatchObject(called);
    await hub.devices.remove(hub.devices.byIdentity(account, 'emonesp', deviceId)!.id);
  });

  it('are blocked for good on their own page, listed, and unblocked', async () => {
    const { id } = await asks('pest', '192.168.1.49');
    expect(await textOf(`/ask?request=${id}`)).toContain('value="block"');
    await send(owner, `/asks/${id}`, { say: 'block' }).expect(303);
    const block = hub.pairing.blocked(account).find(({ shown }) => shown.startsWith('pest'))!;
    expect(await textOf()).toContain(`action="/devices/blocks/${block.id}"`);
    expect(await textOf('', guest)).not.toContain('pest');
    const { headers } = await send(owner, `/blocks/${block.id}`, {}).expect(303);
    expect((await owner.get(headers.location as string)).text).toContain('Unblocked.');
    expect(await textOf()).toContain(`/devices/asks/${id}`);
    await hub.pairing.deny(account, id, 'Megan');
    const again = await send(owner, `/blocks/${block.id}`, {}).expect(303);
    expect(again.headers.location).toContain('done=over');
  });

  it('leave a trail of who decided what, for those who may decide', async () => {
    const { id } = await asks('<i>visitor</i>', '192.168.1.50');
    await send(owner, `/asks/${id}`, { say: 'deny' }).expect(303);
    await hub.audit.settled();
    const text = await textOf();
    expect(text).toContain('Who did what to devices');
    expect(text).toMatch(/turned away<\/span><span class="sub">&lt;i&gt;visitor/);
    expect(await textOf('', guest)).not.toContain('Who did what to devices');
  });

  it('are three at most, and the others are counted', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e'])
      await hub.pairing.ask(
        { deviceId: `other-${name}`, type: '', name, nonce: randomBytes(16).toString('hex') } as AskForm,
        `192.168.1.${name.charCodeAt(0)}`,
      );
    const text = await textOf();
    expect(text.match(/value="deny"/g)?.length).toBe(3);
    expect(text).toMatch(/\d more wait/);
  });

  it('are gone when the door is closed', async () => {
    await send(owner, '/door', { minutes: '0' }).expect(303);
    expect(await textOf()).not.toContain('value="deny"');
  });
});

describe('found devices', () => {
  it('are let in with one button and then shown', async () => {
    await hub.inbox.seen(account, { ...fakeFound('kettle'), name: 'Kettle', model: 'F1' });
    const key = hub.inbox.list(account).pending[0]!.key;
    expect(await textOf()).toContain('1 device was found');
    expect(await textOf('', guest)).not.toContain('was found');
    const odd = await send(owner, `/found/${key}`, { say: 'allow', place: 'W 1' }).expect(303);
    expect(odd.headers.location).toContain('done=wrong');
    const { headers } = await send(owner, `/found/${key}`, { say: 'allow', room: 'Pantry' }).expect(303);
    const { text } = await owner.get(headers.location as string).expect(200);
    expect(text).toContain('Kettle');
    expect(text).toContain('Pantry');
    expect(text).toContain('Let in.');
  });

  it('are not found that came in by pairing already', async () => {
    await hub.devices.create(account, 'smartplug7', { family: 'fake', identity: '5ccf7f000001' });
    await hub.inbox.seen(account, fakeFound('smartplug7'));
    expect(hub.inbox.list(account).pending).toEqual([]);
  });

  it('are ignored, and one that is not supported can only be', async () => {
    await hub.inbox.seen(account, { ...fakeFound('odd'), supported: false, note: 'firmware not supported' });
    const text = await textOf();
    expect(text).toContain('Hearth cannot speak with its firmware.');
    const key = hub.inbox.list(account).pending[0]!.key;
    const form = new RegExp(`/devices/found/${key}.*?</form>`, 's').exec(text)?.[0];
    expect(form).not.toContain('value="allow"');
    await send(owner, `/found/${key}`, { say: 'ignore' }).expect(303);
    expect(hub.inbox.list(account).pending).toEqual([]);
    expect(await textOf()).toContain(`action="/devices/ignored/${key}"`);
    const forgotten = await send(owner, `/ignored/${key}`, {}).expect(303);
    expect(forgotten.headers.location).toContain('done=forget');
    expect(hub.inbox.ignored(account)).toEqual([]);
    await send(owner, `/ignored/${key}`, {}).expect(303).expect('location', '/devices?done=over');
  });
});

describe('the settings of a device', () => {
  const CASES: readonly [name: string, fields: Record<string, string>, says: string][] = [
    ['no name', { name: '' }, 'Fill this in.'],
    ['markup for a name', { name: '<b>' }, 'Letters, digits, blanks'],
    ['a place that is none', { name: 'Lamp', place: 'W R1' }, 'A place is like'],
    ['an address that is none', { name: 'Lamp', address: 'http://x/y' }, 'This is not an address'],
    ['on that is no number', { name: 'Lamp', onW: 'much' }, 'A number of watts'],
    ['off above on', { name: 'Lamp', onW: '5', offW: '6' }, 'A number of watts'],
  ];
  it.each(CASES)('%s', async (_name, fields, says) => {
    const { text } = await send(owner, `/${lamp.id}`, fields).expect(422);
    expect(text).toContain(says);
    expect(hub.devices.find(lamp.id)?.name).toBe('Lamp');
  });

  it('are kept', async () => {
    const fields = { name: 'Desk lamp', room: 'Study', place: 'w.r1.c2', address: '127.0.0.1:9', interval: '30' };
    await send(owner, `/${lamp.id}`, { ...fields, enabled: 'yes', onW: '2', offW: '1' }).expect(303);
    expect(hub.devices.find(lamp.id)).toMatchObject({ ...fields, interval: 30, enabled: true });
    expect(hub.devices.find(lamp.id)?.settings.powerOn).toBeUndefined();
    await send(owner, `/${lamp.id}`, { ...fields, enabled: 'yes', onW: '20', offW: '9,5' }).expect(303);
    expect(hub.devices.find(lamp.id)?.settings.powerOn).toEqual({ on: 20, off: 9.5 });
  });

  it('leave address and use alone when the wizard only names it', async () => {
    await send(owner, `/${lamp.id}`, { name: 'Lamp', room: 'Hall', place: '', to: 'wizard' }).expect(303);
    expect(hub.devices.find(lamp.id)).toMatchObject({ name: 'Lamp', address: '127.0.0.1:9', enabled: true });
  });
});

describe('what a device keeps itself', () => {
  const CASES: readonly [name: string, typed: string, deaf: boolean, status: number, says: string][] = [
    ['a number it cannot keep', '5', false, 422, 'A number from 6 to 80.'],
    ['words', 'ten', false, 422, 'A number from 6 to 80.'],
    ['a device that does not take it', '16', true, 303, 'The device did not take its own.'],
    ['the same again', '16', false, 303, 'Saved.'],
    ['nothing', '', false, 303, 'Saved.'],
  ];
  it.each(CASES)('%s', async (_name, kept, deaf, status, says) => {
    const told: unknown[] = [];
    hub.drivers.set('openevse4', {
      ...fakeFamily('openevse4').driver,
      configure: async (_device, settings) => {
        if (deaf) throw new DeviceError('timeout', 'no answer');
        told.push(settings);
      },
    });
    const now = hub.clock.seconds();
    const charger = await hub.devices.adopt(account, fakeFound('charger', 'openevse4'), { name: 'Charger', now });
    const answer = await send(owner, `/${charger.id}`, { name: 'Charger', kept, enabled: 'yes' }).expect(status);
    const { text } = status === 303 ? await owner.get(answer.headers.location as string) : answer;
    expect(text).toContain(says);
    expect(told).toEqual(says === 'Saved.' && kept !== '' ? [{ current: 16 }] : []);
    if (status === 303) expect(hub.devices.find(charger.id)?.settings.current).toBe(16);
  });
});

describe('a later set-up', () => {
  it('is offered with what it would change, and done only when somebody says so', async () => {
    const now = hub.clock.seconds();
    const plug = await hub.devices.adopt(account, { ...fakeFound('plug9'), type: 'openevse' }, { name: 'Plug', now });
    const offered = 'Set up anew</button>';
    expect(await textOf(`/${plug.id}`)).not.toContain(offered);
    await hub.devices.set(plug.id, { template: 'openevse', templateVersion: 'an earlier one' });
    const text = await textOf(`/${plug.id}`);
    expect(text).toContain(offered);
    expect(text).toContain('New feeds');
    expect(await textOf(`/${plug.id}`, guest)).not.toContain(offered);
    const { headers } = await send(owner, `/${plug.id}/template`, {}).expect(303);
    expect((await owner.get(headers.location as string)).text).toContain('Set up anew.');
    expect(hub.devices.find(plug.id)?.templateVersion).not.toBe('an earlier one');
    expect(await textOf(`/${plug.id}`)).not.toContain(offered);
    await hub.devices.remove(plug.id);
  });
});

describe('the login of a device', () => {
  it('is shown once, and the one before is dead', async () => {
    await send(owner, `/${lamp.id}/login`, { wish: 'renew' }).expect(303);
    const [first] = hub.logins.ofDevice(lamp.id);
    const shown = await textOf(`/${lamp.id}`);
    const secret = /id="secret">([0-9a-f]{32})</.exec(shown)?.[1];
    expect(hub.logins.mqttLogin(first!.username, secret!)).toBeDefined();
    expect(await textOf(`/${lamp.id}`)).not.toContain(secret);
    await send(owner, `/${lamp.id}/login`, { wish: 'renew' }).expect(303);
    expect(hub.logins.mqttLogin(first!.username, secret!)).toBeUndefined();
    await send(owner, `/${lamp.id}/login`, { wish: 'revoke' }).expect(303);
    expect(hub.logins.ofDevice(lamp.id)).toEqual([]);
  });
});

describe('a device that reports', () => {
  it('shows its power, its day and its days', async () => {
    const at = hub.clock.seconds();
    const { node } = hub.devices.find(lamp.id)!;
    for (const [ago, energy] of [
      [86_400, 500],
      [3600, 1500],
      [0, 1700],
    ] as const) {
      await hub.intake.answered(
        hub.devices.find(lamp.id)!,
        { time: at - ago, values: { power_w: 42, energy_wh: energy }, valid: true },
        hub.clock.monotonic(),
      );
    }
    expect(hub.inputs.byName(account, node, 'power_w')?.value).toBe(42);
    const list = await textOf();
    expect(list).toContain('>42<');
    expect(list).toContain('1.20 kWh');
    const page = await textOf(`/${lamp.id}`);
    expect(page).toContain('class="bar"');
    expect(page).toMatch(/\/graph\?feed=\d+/);
    const { text } = await owner.get('/').expect(200);
    expect(text).toContain(`/devices/${lamp.id}`);
    expect(text).not.toContain('id="others"');
  });

  it('is said to be lost when it does not answer', async () => {
    for (let turn = 0; turn < 2; turn += 1) await hub.intake.failed(hub.devices.find(lamp.id)!, new Error('no'));
    expect(await textOf()).toContain('Not answering since 12:00');
  });

  it('has the reason on its card and its page, in the driver’s words where they tell more', async () => {
    const fail = (error: DeviceError) => hub.intake.failed(hub.devices.find(lamp.id)!, error);
    await fail(new DeviceError('login', 'The device asks for a password.'));
    for (const path of ['', `/${lamp.id}`]) expect(await textOf(path)).toContain('It wants another password.');
    await fail(new DeviceError('answer', 'Another device answers at this address.'));
    for (const path of ['', `/${lamp.id}`])
      expect(await textOf(path)).toMatch(/lang="en">Another device answers at this address\./);
    for (const [language, words] of [
      ['cy', 'Dywedodd na.'],
      ['de', 'Es hat abgelehnt.'],
    ] as const)
      for (const path of ['', `/${lamp.id}`])
        expect(await textOf(`${path}?lang=${language}`)).toMatch(
          new RegExp(`${words}[^<]*<span lang="en">Another device answers at this address`),
        );
  });

  it('that measures no power shows what it measures', async () => {
    const device = await hub.devices.adopt(account, fakeFound('attic'), { name: 'Attic', now: hub.clock.seconds() });
    await hub.intake.answered(device, { values: { temperature_c: 21.5 }, valid: true }, hub.clock.monotonic());
    const text = await textOf();
    expect(text).toMatch(/<span class="figure">21.5<\/span> <span class="u">°C/);
    expect(text).toContain('<dd>Temperature</dd>');
    await hub.devices.remove(device.id);
  });

  it('is removed after a yes; its readings stay', async () => {
    await send(owner, `/${lamp.id}/remove`, {}).expect(422);
    await send(owner, `/${lamp.id}/remove`, { sure: 'yes' }).expect(303);
    expect(hub.devices.find(lamp.id)).toBeUndefined();
    expect(hub.inputs.list(account).some(({ node }) => node === lamp.node)).toBe(true);
    await owner.get(`/devices/${lamp.id}`).expect(404);
  });
});
