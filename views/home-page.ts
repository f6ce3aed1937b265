import type { HouseOverview } from '../models/house.ts';
import type { ClockTrouble } from '../models/reading-clock.ts';
import { homeCurve, isPresent, watts } from './home-curve.ts';
import { type Meter, meterOf, pulseOf, type Reporter, reporterOf } from './home-meter.ts';
import { money } from './money.ts';
import type { Words } from './page.ts';

export interface HomeParts {
  readonly overview: HouseOverview;
  /** Everything else that reports. */
  readonly others: readonly Reporter[];
  /** Seconds between readings of the house's meter. */
  readonly interval: number;
  /** What the household calls its home; '' where it has no name. */
  readonly home: string;
  /** How to connect something, for those who may see the write key. */
  readonly connect: Connection | null;
  readonly mayWrite: boolean;
  /** New meters are recorded by themselves, so nobody need ask. */
  readonly autoRecord: boolean;
  /** Readings are being stored. */
  readonly kept: boolean;
  /** Why the machine's clock is not believed, or null. */
  readonly clock: ClockTrouble | null;
  /** What the day has cost so far; null without a tariff. */
  readonly cost: DayCost | null;
  /** How the day will end, if it goes on as it usually does; null where too little is known of that. */
  readonly midnight: DayEnd | null;
  /** Which device is the biggest part of the house's power, in a sentence; '' for none. */
  readonly biggest: string;
  /** Local generation in the household's power, W; null where there is none. */
  readonly localW: number | null;
  /** Stands beside the figures of the day, which are fewer then. */
  readonly beside: boolean;
  readonly words: Words;
}

/** Millionths of the currency’s main unit, standing charge included. */
export interface DayCost {
  readonly micro: number;
  readonly currency: string;
  /** There is a standing charge in it. */
  readonly standing: boolean;
}

/** What the day is likely to come to. */
export interface DayEnd {
  readonly kWh: number;
  /** Of the whole day; null without a tariff. */
  readonly micro: number | null;
}

/** This hub's real addresses and keys, as a meter needs them. */
export interface Connection {
  readonly host: string;
  readonly mqttPort: number;
  readonly origin: string;
  readonly account: string;
  readonly key: string;
}

/** Everything views/home.ejs prints. */
export function homePage(parts: HomeParts) {
  const { overview, others, interval, home, connect, mayWrite, autoRecord, words } = parts;
  const meter = meterOf(overview, interval, words);
  const recorded = overview.powerFeed !== null;
  const { input } = overview;
  return {
    notices: noticesOf(parts),
    meter: meter && { ...meter, heading: headingOf(meter, home, words) },
    sentence: recorded
      ? [sentenceOf(overview, words), parts.biggest].filter(Boolean).join(' ')
      : meter && autoRecord
        ? words.t('home.fresh')
        : '',
    ask: meter && input && mayWrite && !autoRecord ? { id: input.id, name: input.name } : null,
    facts: meter && recorded ? factsOf(parts) : [],
    costs: parts.cost !== null,
    curve: meter && recorded ? homeCurve(overview, words) : null,
    local: localOf(parts),
    empty: !meter && others.length === 0,
    connect: connectOf(connect),
    others: others.map((one) => reporterOf(one, words)),
    pulse: pulseOf(meter, others, words),
  };
}

/** What keeps readings from being stored, and what to do about it. */
function noticesOf({ kept, clock, words: { t } }: HomeParts): { title: string; say: string }[] {
  const notices = kept ? [] : [{ title: t('home.unkept'), say: t('home.unkept.step') }];
  return clock === null ? notices : [...notices, { title: t(`home.clock.${clock}`), say: t('home.clock.step') }];
}

function headingOf(meter: Meter, home: string, { t }: Words): string {
  const key = meter.giving ? 'home.giving' : 'home.using';
  return home === '' ? t(key) : t(`${key}.named`, { home });
}

/** How the figure compares with the day, once there is a day to compare with. */
function sentenceOf({ state, power, curve, anchor }: HouseOverview, words: Words): string {
  const { t, moment } = words;
  if (!isPresent(anchor, words)) return t('home.replay', { time: moment(anchor * 1000) });
  if (curve.windows.length < ENOUGH) return t('home.fresh');
  if (state !== 'live' || !power || power.value === null) return '';
  const average = curve.windows.reduce((sum, [, , , mean]) => sum + mean, 0) / curve.windows.length;
  const mean = watts(average, words);
  if (power.value > average * 1.25) return t('home.more', { mean });
  return t(power.value < average * 0.8 ? 'home.less' : 'home.usual', { mean });
}

/** Windows before an average says something. */
const ENOUGH = 12;

/** The day so far and how it will end; where nothing stands beside them, its extremes as well. */
function factsOf({ overview, cost, midnight, beside, words }: HomeParts) {
  const { energyKwh, anchor } = overview;
  const { t, energy, day: dayWords } = words;
  const present = isPresent(anchor, words);
  const paid = cost && money(cost.micro, cost.currency, words);
  const since = present ? t('home.since') : dayWords(anchor * 1000);
  const line = cost?.standing ? t('home.cost.standing', { cost: paid ?? '' }) : paid;
  const facts = [{ label: t(present ? 'home.today' : 'home.thatday'), figure: energy(energyKwh), line: line ?? since }];
  if (midnight && energyKwh !== null)
    facts.push({
      label: t('home.midnight'),
      figure: energy(Math.max(energyKwh, midnight.kWh)),
      line: cost && midnight.micro !== null ? money(midnight.micro, cost.currency, words) : t('home.midnight.line'),
    });
  return beside && facts.length > 1 ? facts : [...facts, ...extremesOf(overview, words)];
}

function extremesOf({ curve, day }: HouseOverview, words: Words) {
  const { t, clockTime } = words;
  const windows = curve.windows.filter(([time]) => time >= day.start && time < day.end);
  const [first] = windows;
  if (!first) return [];
  const high = windows.reduce((best, one) => (one[2] > best[2] ? one : best), first);
  const low = windows.reduce((best, one) => (one[1] < best[1] ? one : best), first);
  const extreme = (name: string, value: number, time: number) => ({
    label: t(name),
    figure: watts(value, words),
    line: t('home.around', { time: clockTime(time * 1000) }),
  });
  return [extreme('home.highest', high[2], high[0]), extreme('home.lowest', low[1], low[0])];
}

/** How much of the household's power is local; nothing of it where the house gives. */
function localOf({ overview: { state, power }, localW, words }: HomeParts) {
  const house = state === 'live' ? (power?.value ?? 0) : 0;
  if (localW === null || house <= 0) return null;
  const own = Math.min(localW, house);
  const share = Math.round((own / house) * 100);
  return { share, words: words.t('home.local.share', { share: words.number(share) }), power: watts(own, words) };
}

/** Lines that work when they are pasted into any shell. */
function connectOf(connection: Connection | null) {
  if (!connection) return null;
  const { host, mqttPort, origin, account, key } = connection;
  return {
    ...connection,
    line: `mosquitto_pub -h ${host} -p ${mqttPort} -u ${account} -P ${key} -q 1 -t emon/meter/power -m 350`,
    http: `curl -d node=meter -d "json={power:350}" -d apikey=${key} ${origin}/input/post`,
  };
}
