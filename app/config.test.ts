import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectRoot } from '../lib/project-root.ts';
import { testFolder } from '../test/stores.ts';
import { configText, loadConfig, settingVariables } from './config.ts';

type Env = Record<string, string>;

/** A storage folder with `settings` as its hearth.json. */
function storage(settings?: unknown): string {
  const folder = testFolder('config');
  mkdirSync(folder, { recursive: true });
  const text = typeof settings === 'string' ? settings : JSON.stringify(settings);
  if (settings !== undefined) writeFileSync(join(folder, 'hearth.json'), text);
  return folder;
}

const settled: [name: string, env: Env, file: unknown, expected: Record<string, unknown>][] = [
  ['the defaults', {}, undefined, { httpPort: 8080, mqttPort: 1883, mqttsPort: 8883, beaconPort: 5005 }],
  ['more defaults', {}, {}, { fsyncSeconds: 10, hostname: 'hearth', openRegistration: false, logLevel: 'info' }],
  ['no servers unless named', {}, {}, { mysqlUrl: null, redisUrl: null, smtpUrl: null, beaconAddress: null }],
  ['the file', {}, { httpPort: 80, hosts: ['Hub.example'] }, { httpPort: 80, hosts: ['hub.example'] }],
  ['numbers as text in the file', {}, { httpPort: '80' }, { httpPort: 80 }],
  ['the environment before the file', { HEARTH_HTTP_PORT: '0' }, { httpPort: 80 }, { httpPort: 0 }],
  ['an empty variable is not set', { HEARTH_HTTP_PORT: '' }, { httpPort: 80 }, { httpPort: 80 }],
  ['registration opened by 1', { HEARTH_OPEN_REGISTRATION: '1' }, {}, { openRegistration: true }],
  [
    'registration closed by 0',
    { HEARTH_OPEN_REGISTRATION: '0' },
    { openRegistration: true },
    { openRegistration: false },
  ],
  ['a list of hosts', { HEARTH_HOSTS: 'a.example, 10.0.0.9,,B' }, {}, { hosts: ['a.example', '10.0.0.9', 'b'] }],
  ['a fsync of 300 s', { HEARTH_FSYNC_SECONDS: '300' }, {}, { fsyncSeconds: 300 }],
  ['a server on a socket', { HEARTH_REDIS_URL: 'redis+unix:///s?db=2' }, {}, { redisUrl: 'redis+unix:///s?db=2' }],
];

describe('loadConfig', () => {
  test.each(settled)('takes %s', (_name, env, file, expected) => {
    expect(loadConfig({ HEARTH_STORAGE: storage(file), ...env })).toMatchObject(expected);
  });

  test('is frozen, with an absolute storage folder', () => {
    const config = loadConfig({});
    expect(Object.isFrozen(config)).toBe(true);
    expect(config.storage).toBe(resolve('storage'));
  });

  const wrong: [name: string, env: Env, file: unknown, sentence: string | RegExp][] = [
    ['a word', { HEARTH_HTTP_PORT: 'http' }, {}, 'HEARTH_HTTP_PORT: "http" is not a whole number from 0 to 65535'],
    ['a port too high', { HEARTH_MQTT_PORT: '65536' }, {}, 'HEARTH_MQTT_PORT: "65536" is not'],
    ['a negative port', { HEARTH_MQTT_PORT: '-1' }, {}, 'HEARTH_MQTT_PORT'],
    ['a fraction', { HEARTH_FSYNC_SECONDS: '1.5' }, {}, 'from 1 to 300'],
    ['no seconds', { HEARTH_FSYNC_SECONDS: '0' }, {}, 'from 1 to 300'],
    ['too many seconds', { HEARTH_FSYNC_SECONDS: '301' }, {}, 'from 1 to 300'],
    ['yes', { HEARTH_OPEN_REGISTRATION: 'yes' }, {}, '"yes" is not 0 or 1'],
    ['an unknown level', { HEARTH_LOG_LEVEL: 'loud' }, {}, 'one of fatal, error'],
    ['an unknown zone', { HEARTH_TIMEZONE: 'Europe/Atlantis' }, {}, 'a time zone such as'],
    ['another scheme', { HEARTH_MYSQL_URL: 'http://host/' }, {}, 'mysql://user:password@host'],
    ['a URL with a password', { HEARTH_REDIS_URL: 'rdis://u:canary@h' }, {}, /^(?!.*canary).*redis:\/\/host/],
    ['a name with ".local"', { HEARTH_HOSTNAME: 'hearth.local' }, {}, 'without ".local"'],
    ['a list of wrong hosts', { HEARTH_HOSTS: 'http://x/' }, {}, 'host names separated by commas'],
    ['an unknown name in the file', {}, { htpPort: 80 }, '"htpPort" is not a setting'],
    ['the storage in the file', {}, { storage: '/x' }, '"storage" is not a setting that may stand there'],
    ['a wrong value in the file', {}, { httpPort: true }, 'hearth.json httpPort: true is not'],
    ['a file that is no JSON', {}, '{', 'hearth.json is not a JSON object.'],
    ['a file that is a list', {}, [], 'hearth.json is not a JSON object.'],
  ];

  test.each(wrong)('refuses %s with a sentence', (_name, env, file, sentence) => {
    const load = () => loadConfig({ HEARTH_STORAGE: storage(file), ...env });
    expect(load).toThrow(expect.objectContaining({ code: 'HUB_CONFIG', sentence: expect.stringMatching(sentence) }));
  });

  test('names every wrong value at once', () => {
    const env = { HEARTH_STORAGE: storage({ nonsense: 1 }), HEARTH_HTTP_PORT: 'x', HEARTH_LOG_LEVEL: 'y' };
    expect(() => loadConfig(env)).toThrow(/nonsense[\s\S]*HEARTH_HTTP_PORT[\s\S]*HEARTH_LOG_LEVEL/);
  });
});

describe('configText', () => {
  const env = {
    HEARTH_STORAGE: storage({ httpPort: 81 }),
    HEARTH_MYSQL_URL: 'mysql://hearth:canary@db/hearth?ssl=canary',
    HEARTH_SMTP_URL: 'smtps://me:canary@mail.example',
    HEARTH_HTTPPORT: 'canary',
  };
  const text = configText(env);

  test.each([
    ['a value from the file', /^httpPort +81 +.*hearth\.json httpPort$/m],
    ['a value from the environment', /^mysqlUrl +"mysql:\/\/\[secret\]@db\/hearth\?\[secret\]" +HEARTH_MYSQL_URL$/m],
    ['a default', /^mqttPort +1883 +default$/m],
    ['a variable that is misspelt', /^HEARTH_HTTPPORT +not a setting of Hearth$/m],
  ])('shows %s and where it came from', (_name, line) => {
    expect(text).toMatch(line);
  });

  test('shows no secret', () => {
    expect(text).not.toContain('canary');
  });

  test('a wrong URL is explained without its password', () => {
    const wrong = () =>
      loadConfig({ HEARTH_STORAGE: storage(), HEARTH_MYSQL_URL: 'mysql://hearth:a/canary@db:x/hearth' });
    expect(wrong).toThrow(expect.objectContaining({ sentence: expect.not.stringContaining('canary') }));
    expect(wrong).toThrow(/HEARTH_MYSQL_URL/);
  });
});

test('docs/settings.md explains each variable', () => {
  const page = readFileSync(join(projectRoot, 'docs/settings.md'), 'utf8');
  expect(settingVariables().filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});
