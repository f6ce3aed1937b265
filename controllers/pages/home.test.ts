import { beforeEach, describe, expect, it } from 'vitest';
import type { Role } from '../../models/who.ts';
import { type PageApp, pageApp } from '../../test/page-app.ts';
import { testStores } from '../../test/stores.ts';

const stores = await testStores();
let hub: PageApp;

beforeEach(async () => {
  await stores.clear();
  hub = await pageApp(stores);
});

/** Each minute of `count` minutes up to now, the last reading arriving now. */
async function report(values: readonly number[], name = 'power'): Promise<void> {
  for (const value of values) {
    hub.clock.advance(60_000);
    await hub.inputs.receive(1, [{ node: 'meter', time: hub.clock.seconds(), values: [[name, value]] }]);
  }
}

async function home(role: Role = 'owner'): Promise<string> {
  return (await (await hub.browserOf(role)).get('/').expect(200)).text;
}

/** The page's words without its markup. */
function words(html: string): string {
  return html
    .replace(/<svg[\s\S]*?<\/svg>/g, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');
}

describe('before anything reports', () => {
  it('an owner gets an MQTT login, a line to paste and an HTTP line, all real', async () => {
    const text = words(await home());
    const { write } = hub.users.keys(1);
    expect(text).toContain('Nothing reports yet');
    expect(text).toContain(`mosquitto_pub -h 127.0.0.1 -p 1883 -u Megan -P ${write} -q 1 -t emon/meter/power -m 350`);
    expect(text).toMatch(
      new RegExp(
        `curl -d node=meter -d &#34;json={power:350}&#34; -d apikey=${write} http://127.0.0.1:\\d+/input/post`,
      ),
    );
    expect(hub.users.mqttLogin('Megan', write)).toMatchObject({ account: 1 });
  });

  it.each(['adult', 'guest'] as const)('an %s sees no key', async (role) => {
    const html = await home(role);
    expect(html).toContain('Nothing reports yet');
    for (const key of Object.values(hub.users.keys(1))) expect(html).not.toContain(key);
    expect(html).not.toContain('mosquitto_pub');
  });
});

describe('the house', () => {
  beforeEach(async () => {
    await hub.browserOf('owner');
  });

  it('says what it uses, live, with its day', async () => {
    await report(Array.from({ length: 30 }, () => 1200));
    const text = words(await home());
    expect(text).toContain('Tan-y-bryn is using 1.20 kW');
    expect(text).toContain('Today so far 0.58 kWh since midnight');
    expect(text).toContain('Highest 1.20 kW around 12:00');
    expect(text).toContain('The last 24 hours The peak was 1.20 kW');
    expect(text).toContain('Live Settings');
  });

  it('carries what the script needs to keep it live', async () => {
    await report([350, 360]);
    const html = await home();
    const feed = hub.users.account(1)?.powerFeed;
    expect(html).toMatch(new RegExp(`<p class="live" id="now" data-unit="W" data-feed="${feed}" data-time="\\d+"`));
    expect(html).toMatch(/<script type="module" src="\/build\/live[\w-]*\.js">/);
    expect(html).not.toMatch(/ style=|<script>|onclick=/);
  });

  it('is marked when it gives back', async () => {
    await report([350, -2480]);
    expect(words(await home())).toContain('Tan-y-bryn is giving back -2.48 kW');
  });

  it('goes stale when readings are missed: the figure stays, unlit', async () => {
    await report([350, 360]);
    hub.clock.advance(4 * 60_000);
    const html = await home();
    expect(html).toContain('class="live is-stale"');
    expect(words(html)).toContain('360 W Last heard 4 min ago');
  });

  it('is offline in the end: no figure, since when, and what to try', async () => {
    await report([350, 360]);
    hub.clock.advance(3_600_000);
    const text = words(await home());
    expect(text).toContain('– kW No word since 12:02 The meter is not answering.');
  });

  it('shows the day that a replay is about', async () => {
    const start = Date.UTC(2007, 1, 1, 10) / 1000;
    for (let at = 0; at < 3; at += 1)
      await hub.inputs.receive(1, [{ node: 'meter', time: start + at * 60, values: [['power', 1500]] }]);
    const text = words(await home());
    expect(text).toContain('That day');
    expect(text).toContain('These readings are from 1 February 2007, 10:02.');
    expect(text).toContain('24 hours, to 1 February 2007, 10:02');
  });

  it('lists everything else that reports', async () => {
    await report([350, 360]);
    await report([20.4, 20.6], 'temperature');
    const html = await home();
    expect(words(html)).toMatch(/What else reports temperature meter 20.6 °C/);
    expect(html).toMatch(/<a href="\/graph\?feed=\d+">temperature<\/a>/);
  });

  it('asks to be recorded where nothing records by itself, but not a guest', async () => {
    await hub.users.setAccount(1, { autoRecord: false });
    await report([350, 360]);
    expect(words(await home())).toContain('“power” looks like your home’s power.');
    expect(words(await home('guest'))).not.toContain('looks like');
    expect(words(await home('guest'))).toContain('360 W');
  });

  it('takes names as words, never as markup', async () => {
    await hub.users.setAccount(1, { home: '<b>Tŷ</b>' });
    await report([350, 360]);
    expect(await home()).toContain('&lt;b&gt;Tŷ&lt;/b&gt; is using');
  });

  it('is another household’s business', async () => {
    await report([350, 360]);
    const other = await hub.users.register({
      username: 'other',
      password: 'quite another word',
      email: '',
      address: '::1',
      rule: 'household',
    });
    expect(other.ok).toBe(true);
    const browser = hub.visitor();
    await browser.post('/sign-in').type('form').send({ username: 'other', password: 'quite another word' }).expect(303);
    const { text } = await browser.get('/').expect(200);
    expect(text).toContain('Nothing reports yet');
    for (const key of Object.values(hub.users.keys(1))) expect(text).not.toContain(key);
  });
});
