import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { HubError } from '../lib/errors.ts';

/** Every setting of the hub. Made once by `loadConfig`, frozen, passed down. */
export type Config = Readonly<{ [K in SettingName]: z.infer<(typeof SETTINGS)[K]['schema']> }>;

export type SettingName = keyof typeof SETTINGS;

/** The hub's settings from the environment, else from `<storage>/hearth.json`, else the default. Throws HUB_CONFIG with one sentence for each wrong value. */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  return readConfig(env).config;
}

/** One line for each setting with its value and where it came from, passwords blotted out: what `--print-config` prints. */
export function configText(env: NodeJS.ProcessEnv): string {
  const { config, sources } = readConfig(env);
  const rows = settingNames.map((name) => [name, shown(name, config[name]), sources[name]] as const);
  const unknown = Object.keys(env)
    .filter((key) => key.startsWith('HEARTH_') && !settingNames.some((name) => SETTINGS[name].env === key))
    .map((key) => [key, '', 'not a setting of Hearth'] as const);
  const all = [...rows, ...unknown];
  const widths = [0, 1].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all.map(([a, b, c]) => `${a.padEnd(widths[0] ?? 0)}  ${b.padEnd(widths[1] ?? 0)}  ${c}\n`).join('');
}

/** Every environment variable the hub reads. */
export function settingVariables(): string[] {
  return settingNames.map((name) => SETTINGS[name].env);
}

const digits = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]);
const port = digits.pipe(z.number().int().min(0).max(65535));
const PORT = 'a whole number from 0 to 65535 (0 means any free port)';
const address = z.union([z.ipv4(), z.ipv6(), z.hostname()]);
const ADDRESS = 'an IP address or a host name of this machine';
const url = (...schemes: string[]) =>
  z.string().refine((text) => URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1)));
const yesOrNo = z.union([
  z.boolean(),
  z
    .enum(['0', '1', 'true', 'false'])
    .or(z.literal([0, 1]))
    .transform((value) => value === '1' || value === 'true' || value === 1),
]);
const list = z
  .union([z.array(z.string()), z.string().transform((text) => text.split(','))])
  .transform((names) => names.map((name) => name.trim().toLowerCase()).filter((name) => name !== ''));

/** Each setting: its variable, what it is unless set, how it is read, and how a wrong value is explained. */
const SETTINGS = {
  storage: {
    env: 'HEARTH_STORAGE',
    fallback: './storage',
    must: 'a folder',
    schema: z
      .string()
      .min(1)
      .transform((path) => resolve(path)),
  },
  httpHost: { env: 'HEARTH_HTTP_HOST', fallback: everyAddress(), must: ADDRESS, schema: address },
  httpPort: { env: 'HEARTH_HTTP_PORT', fallback: 8080, must: PORT, schema: port },
  mqttHost: { env: 'HEARTH_MQTT_HOST', fallback: everyAddress(), must: ADDRESS, schema: address },
  mqttPort: { env: 'HEARTH_MQTT_PORT', fallback: 1883, must: PORT, schema: port },
  mqttsPort: { env: 'HEARTH_MQTTS_PORT', fallback: 8883, must: PORT, schema: port },
  mysqlUrl: {
    env: 'HEARTH_MYSQL_URL',
    fallback: null,
    must: 'a URL such as mysql://user:password@host:3306/hearth',
    schema: url('mysql', 'mariadb').nullable(),
  },
  redisUrl: {
    env: 'HEARTH_REDIS_URL',
    fallback: null,
    must: 'a URL such as redis://host:6379/0',
    schema: url('redis', 'rediss', 'redis+unix').nullable(),
  },
  hostname: {
    env: 'HEARTH_HOSTNAME',
    fallback: 'hearth',
    must: 'a name of letters, digits and hyphens, without ".local"',
    schema: z
      .string()
      .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i)
      .transform((name) => name.toLowerCase()),
  },
  hosts: {
    env: 'HEARTH_HOSTS',
    fallback: [],
    must: 'host names separated by commas',
    schema: list.pipe(z.array(z.union([z.hostname(), z.ipv4(), z.ipv6()]))).readonly(),
  },
  openRegistration: {
    env: 'HEARTH_OPEN_REGISTRATION',
    fallback: false,
    must: '0 or 1',
    schema: yesOrNo,
  },
  loopbackDevices: { env: 'HEARTH_LOOPBACK_DEVICES', fallback: false, must: '0 or 1', schema: yesOrNo },
  forecastsFromHome: { env: 'HEARTH_FORECASTS_FROM_HOME', fallback: false, must: '0 or 1', schema: yesOrNo },
  openTelemetry: { env: 'HEARTH_OPEN_TELEMETRY', fallback: false, must: '0 or 1', schema: yesOrNo },
  telemetryUpstream: {
    env: 'HEARTH_TELEMETRY_UPSTREAM',
    fallback: null,
    must: 'a URL such as https://example.org/telemetry/',
    schema: url('http', 'https').nullable(),
  },
  beaconPort: { env: 'HEARTH_BEACON_PORT', fallback: 5005, must: PORT, schema: port },
  beaconAddress: { env: 'HEARTH_BEACON_ADDRESS', fallback: null, must: 'an IPv4 address', schema: z.ipv4().nullable() },
  pairingPort: { env: 'HEARTH_PAIRING_PORT', fallback: 80, must: PORT, schema: port },
  presence: {
    env: 'HEARTH_PRESENCE',
    fallback: true,
    must: '0 or 1',
    schema: yesOrNo,
  },
  fsyncSeconds: {
    env: 'HEARTH_FSYNC_SECONDS',
    fallback: 10,
    must: 'a whole number from 1 to 300',
    schema: digits.pipe(z.number().int().min(1).max(300)),
  },
  logLevel: {
    env: 'HEARTH_LOG_LEVEL',
    fallback: 'info',
    must: 'one of fatal, error, warn, info, debug, trace, silent',
    schema: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
  },
  timezone: {
    env: 'HEARTH_TIMEZONE',
    fallback: Intl.DateTimeFormat().resolvedOptions().timeZone,
    must: 'a time zone such as Europe/London',
    schema: z.string().refine(isTimezone),
  },
  smtpUrl: {
    env: 'HEARTH_SMTP_URL',
    fallback: null,
    must: 'a URL such as smtps://user:password@host:465',
    schema: url('smtp', 'smtps').nullable(),
  },
  mailFrom: {
    env: 'HEARTH_MAIL_FROM',
    fallback: 'Hearth <hearth@localhost>',
    must: 'a sender such as "Hearth <hearth@example.org>"',
    schema: z.string().regex(/^[^\r\n]*[^\s@<>]+@[^\s@<>]+>?$/),
  },
} as const;

const settingNames = Object.keys(SETTINGS) as SettingName[];

function readConfig(env: NodeJS.ProcessEnv): { config: Config; sources: Record<SettingName, string> } {
  const storage = resolve(env.HEARTH_STORAGE || SETTINGS.storage.fallback);
  const file = join(storage, 'hearth.json');
  const settled = readSettingsFile(file);
  const problems = Object.keys(settled)
    .filter((key) => key === 'storage' || !settingNames.some((name) => name === key))
    .map((key) => `${file}: "${key}" is not a setting that may stand there.`);
  const values: Record<string, unknown> = {};
  const sources: Record<string, string> = {};
  for (const name of settingNames) {
    const { source, value } = find(name, env, settled, file);
    const result = SETTINGS[name].schema.safeParse(value);
    sources[name] = source;
    if (result.success) values[name] = result.data;
    else problems.push(`${source}: ${shown(name, value)} is not ${SETTINGS[name].must}.`);
  }
  if (problems.length > 0) throw new HubError('HUB_CONFIG', { sentence: problems.join('\n') });
  return { config: Object.freeze(values) as unknown as Config, sources };
}

function find(name: SettingName, env: NodeJS.ProcessEnv, settled: Record<string, unknown>, file: string) {
  const variable = SETTINGS[name].env;
  if (env[variable]) return { source: variable, value: env[variable] };
  if (name !== 'storage' && settled[name] !== undefined) return { source: `${file} ${name}`, value: settled[name] };
  return { source: 'default', value: SETTINGS[name].fallback };
}

function readSettingsFile(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new HubError('HUB_CONFIG', {
      sentence: `${file} cannot be read: ${(error as Error).message}.`,
      cause: error,
    });
  }
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch (cause) {
    throw new HubError('HUB_CONFIG', { sentence: `${file} is not a JSON object.`, cause });
  }
}

/** A setting's value as a person may see it: passwords in URLs are blotted out. */
function shown(name: SettingName, value: unknown): string {
  if (value === null) return '(none)';
  if (!name.endsWith('Url')) return JSON.stringify(value);
  return JSON.stringify(
    String(value)
      .replace(/\/\/.*@/, '//[secret]@')
      .replace(/\?.*/, '?[secret]'),
  );
}

/** "Every address of this machine": both families where IPv6 exists, else IPv4 alone. */
function everyAddress(): string {
  const all = Object.values(networkInterfaces()).flat();
  return all.some((one) => one?.family === 'IPv6') ? '::' : '0.0.0.0';
}

function isTimezone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }) !== null;
  } catch {
    return false;
  }
}
