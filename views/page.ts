import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ejs from 'ejs';
import type { Application, Request } from 'express';
import type { Clock } from '../lib/clock.ts';
import { mayWrite, type Who } from '../models/who.ts';
import * as format from './format.ts';
import { isLanguage, loadLocales, preferredLanguage } from './locale.ts';
import { recognise, type ToldOf } from './told.ts';
import { type Locale, type Translate, translator } from './translator.ts';

export interface PageDeps {
  /** The project folder, with views/ and public/. */
  root: string;
  clock: Clock;
  /** The zone of those who are not signed in. */
  timezone: string;
  /** The requests of devices that wait for somebody of the household, oldest first. */
  asking?: (account: number) => readonly string[];
}

/** What a page may set for the layout, beside its own data. */
export interface PageData {
  /** In words, for the window and history. */
  title?: string;
  tab?: 'home' | 'devices' | 'schedules' | 'graph' | 'costs' | 'settings';
  /** Names in public/build: 'live.js'. */
  scripts?: readonly string[];
  /** The page itself shows who asks to join. */
  inFull?: boolean;
  /** The state in the top line, where the page knows it. */
  pulse?: { state: 'live' | 'stale' | 'off'; words: string };
  [name: string]: unknown;
}

/** A fact and the next step, above a form or after one. */
export interface Notice {
  kind: 'good' | 'bad' | 'wait';
  fact: string;
  step?: string;
}

/** One language's words and figures, bound to the reader's zone. */
export interface Words {
  language: format.Language;
  zone: string;
  now: number;
  t: Translate;
  has(key: string): boolean;
  /** A sentence that a model wrote in English, in the reader's words; null where it is nobody's here. */
  told(of: ToldOf, sentence: string): string | null;
  /** The words whose keys begin so, for a script. */
  dictionary(stems: readonly string[]): Record<string, string>;
  number(value: number, digits?: number): string;
  power(watts: number | null): format.Quantity;
  energy(kWh: number | null): string;
  quantity(value: number | null, unit: string): format.Quantity;
  clockTime(ms: number): string;
  day(ms: number): string;
  moment(ms: number): string;
  bytes(count: number): string;
  ago(seconds: number): string;
  /** The same by another zone's clock, such as the household's. */
  inZone(zone: string): Words;
}

declare global {
  namespace Express {
    interface Response {
      /** Renders views/<name>.ejs inside the layout and ends the answer. */
      page(name: string, data?: PageData): void;
      /** The reader's language; to be asked once it is known who the reader is. */
      words(): Words;
    }
  }
}

/**
 * Gives every answer `res.page(name, data)` and `res.words()`. All words and templates are read once, here, so a page
 * that cannot be made stops the start and not a visitor.
 */
export function installPages(app: Application, deps: PageDeps): void {
  const render = createRenderer(deps.root);
  const locales = loadLocales(join(deps.root, 'views/locales'));
  app.use((req, res, next) => {
    let words: Words | undefined;
    res.words = () => {
      words ??= createWords(locales, readerOf(req), deps);
      return words;
    };
    res.page = (name, data = {}) => {
      res.vary('Accept-Language').vary('Cookie');
      if (!res.hasHeader('Cache-Control')) res.set('Cache-Control', 'private, no-cache');
      res.type('html').send(render(name, res.words(), visitorOf(req, deps), data));
    };
    next();
  });
}

/** The words of one reader. */
function createWords(
  locales: Record<format.Language, Locale>,
  reader: { language: format.Language; zone: string | null },
  deps: { clock: Clock; timezone: string },
): Words {
  const { language } = reader;
  const zone = reader.zone ?? deps.timezone;
  const now = deps.clock.now();
  const t = translator(language, locales[language]);
  return {
    language,
    zone,
    now,
    t,
    has: (key) => locales[language].has(key),
    told: (of, sentence) => {
      const found = recognise(locales.en, of, sentence);
      return found && t(found.key, found.params);
    },
    dictionary: (stems) =>
      Object.fromEntries([...locales[language]].filter(([key]) => stems.some((stem) => key.startsWith(stem)))),
    number: (value, digits) => format.number(value, language, digits),
    power: (watts) => format.power(watts, language),
    energy: (kWh) => format.energy(kWh, language),
    quantity: (value, unit) => format.quantity(value, unit, language),
    clockTime: (ms) => format.clockTime(ms, zone),
    day: (ms) => format.day(ms, zone, language, now),
    moment: (ms) => format.moment(ms, zone, language, now),
    bytes: (count) => format.bytes(count, language),
    ago: (seconds) => {
      const { key, count } = format.age(seconds);
      return t(key, { count });
    },
    inZone: (other) => createWords(locales, { language, zone: other }, deps),
  };
}

/** Who looks at the page, as far as a template needs to know. */
interface Visitor {
  path: string;
  who: Who | null;
  name: string | null;
  /** The devices that ask; null for those who do not decide about them. */
  asking: readonly string[] | null;
}

type Renderer = (name: string, words: Words, visitor: Visitor, data: PageData) => string;

function createRenderer(root: string): Renderer {
  const folder = join(root, 'views');
  const compiled = new Map<string, ejs.TemplateFunction>();
  const template = (name: string): ejs.TemplateFunction => {
    let made = compiled.get(name);
    if (!made) {
      const filename = join(folder, `${name}.ejs`);
      made = ejs.compile(readFileSync(filename, 'utf8'), { filename, cache: true, views: [folder] });
      compiled.set(name, made);
    }
    return made;
  };
  const asset = createAssetNames(root);
  return (name, words, visitor, data) => {
    const locals = { ...words, words, asset, visitor, ...data, ...askingOn(visitor, data) };
    return template('layout')({ ...layoutDefaults(words), ...locals, body: template(name)(locals) });
  };
}

/** Every page of those who decide listens for devices that ask; those that show the requests in full need no line. */
function askingOn({ asking }: Visitor, { inFull, scripts = [] }: PageData) {
  if (asking === null) return { asking };
  return { asking: inFull ? [] : asking, scripts: [...new Set([...scripts, 'live.js'])] };
}

/** The public address of a built file: its hashed name from the manifest, or the plain one before a build. */
function createAssetNames(root: string): (name: string) => string {
  let manifest: Record<string, string> = {};
  try {
    manifest = JSON.parse(readFileSync(join(root, 'public/build/manifest.json'), 'utf8')) as Record<string, string>;
  } catch {
    // Not built: a test, or work on the pages.
  }
  return (name) => `/build/${manifest[name] ?? name}`;
}

function layoutDefaults(words: Words): Required<Pick<PageData, 'title' | 'scripts'>> & { tab: null; pulse: null } {
  return { title: words.t('hearth'), scripts: [], tab: null, pulse: null };
}

function readerOf(req: Request): { language: format.Language; zone: string | null } {
  const { person, who } = req as { person?: { language: string; timezone: string } | null; who?: Who | null };
  const own = person?.language.slice(0, 2) ?? '';
  const chosen = [String(req.query.lang ?? ''), own].find(isLanguage);
  return {
    language: chosen ?? preferredLanguage(req.headers['accept-language']),
    zone: person?.timezone || who?.timezone || null,
  };
}

function visitorOf(req: Request, { asking }: PageDeps): Visitor {
  const { who = null, person } = req as { who?: Who | null; person?: { username: string } | null };
  const decides = who !== null && who.user !== null && mayWrite(who);
  return {
    path: req.path,
    who,
    name: person?.username ?? null,
    asking: decides && asking ? asking(who.account) : null,
  };
}
