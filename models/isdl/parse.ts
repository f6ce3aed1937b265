import { hostAndPort } from '../drivers/private-address.ts';
import { type Day, type DayOfYear, dayOf, dayOfYear, integerOf, objectOf, priceOf, timeOf } from './values.ts';

/** When costs are reported; a day beyond a month's end means its last day. */
export interface IsdlReport {
  /** `HH:MM`, local. */
  readonly at: string;
  readonly daily: boolean;
  readonly monthly: Day | null;
  readonly yearly: DayOfYear | null;
}

export interface IsdlPowerOn {
  readonly daily: boolean;
  readonly monthly: boolean;
  readonly yearly: boolean;
  /** W from which it counts as on, and below which as off again. */
  readonly on: number;
  readonly off: number;
}

export interface IsdlAlarm {
  readonly active: boolean;
  readonly referenceWh: number;
  readonly periodMinutes: number;
  readonly thresholdWh: number;
}

/** A device of IntelligentSocketDatalogger. What Hearth does not use yet is kept with the device. */
export interface IsdlDevice {
  readonly name: string;
  readonly type: string;
  readonly address: string;
  readonly seconds: number;
  readonly report: IsdlReport | null;
  readonly powerOn: IsdlPowerOn | null;
  readonly alarm: IsdlAlarm | null;
  readonly isSwitched: boolean;
}

/** What holds for all devices. */
export interface IsdlHouse {
  /** A kWh, in the household's currency. */
  readonly price: number;
  readonly telegram: Readonly<Record<string, unknown>> | null;
}

export interface IsdlPlan {
  readonly house: IsdlHouse;
  readonly devices: readonly IsdlDevice[];
  /** Entries that cannot be taken, and why. */
  readonly left: readonly { readonly name: string; readonly why: string }[];
  /** What is taken otherwise than it stands, or than ISDL did. */
  readonly notes: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;

/** What devices.json and config.json of ISDL say, in either generation's words. Throws HUB_IMPORT where one is no JSON object. */
export function parseIsdl(devicesText: string, configText: string | null): IsdlPlan {
  const entries = objectOf(devicesText, 'devices.json');
  const config = configText === null ? {} : objectOf(configText, 'config.json');
  const general = part(config.general) ?? {};
  const notes: string[] = [];
  const note = (sentence: string) => void notes.push(sentence);
  const usual = {
    at: timeOf(general.calc_request_time_daily ?? general.cost_calc_request_time, note),
    monthly: dayOf(general.calc_request_time_monthly, 'general.calc_request_time_monthly', note),
    yearly: dayOfYear(general.calc_request_time_yearly, 'general.calc_request_time_yearly', note),
  };
  const house = { price: priceOf(general.price_kwh, configText ?? '', note), telegram: part(config.telegrambot) };
  const devices: IsdlDevice[] = [];
  const left: { name: string; why: string }[] = [];
  for (const [name, said] of Object.entries(entries)) {
    const entry = part(said);
    const why = entry ? whyNot(entry) : 'it is no object';
    if (entry && why === null) devices.push(deviceOf(name, entry, usual, note));
    else left.push({ name, why: why ?? '' });
  }
  return { house, devices, left, notes };
}

interface Usual {
  readonly at: string;
  readonly monthly: Day;
  readonly yearly: DayOfYear;
}

type Note = (sentence: string) => void;

/** Why ISDL would not poll it, or Hearth cannot. */
function whyNot({ type, ip, update_time }: Json): string | null {
  const missing = Object.entries({ type, ip, update_time }).flatMap(([name, value]) =>
    value === undefined || value === null || value === '' ? [name] : [],
  );
  if (missing.length > 0) return `it has no ${missing.join(' and no ')}`;
  if (typeof type !== 'string' || type.length > 64) return 'its type is no text';
  if (typeof ip !== 'string' || hostAndPort(ip) === null) return 'its ip is no address';
  const seconds = Number(update_time);
  if (!Number.isFinite(seconds) || seconds <= 0 || seconds > 86_400) return 'its update_time is not 1 to 86400 seconds';
  return null;
}

function deviceOf(name: string, entry: Json, usual: Usual, note: Note): IsdlDevice {
  const seconds = Math.max(1, Math.round(Number(entry.update_time)));
  if (seconds !== entry.update_time)
    note(`${name}: its update_time of ${String(entry.update_time)} is taken as ${seconds} s.`);
  const report = reportOf(name, entry, usual, note);
  const powerOn = powerOnOf(name, entry, note);
  if (powerOn && !part(entry.cost_calculation))
    note(`${name}: ISDL never counted its power-ons, because it has no cost_calculation; Hearth keeps the wish.`);
  return {
    name,
    type: String(entry.type),
    address: String(entry.ip),
    seconds,
    report,
    powerOn,
    alarm: alarmOf(name, entry, note),
    isSwitched: part(entry.switch)?.active === true,
  };
}

/** The newer generation says which reports are wanted, the older one when. */
function reportOf(name: string, entry: Json, usual: Usual, note: Note): IsdlReport | null {
  const calculation = part(entry.cost_calculation);
  if (calculation) {
    const wanted = { daily: calculation.daily === true, monthly: calculation.monthly === true };
    return {
      at: usual.at,
      daily: wanted.daily,
      monthly: wanted.monthly ? usual.monthly : null,
      yearly: calculation.yearly === true ? usual.yearly : null,
    };
  }
  const { cost_calc_month: month, cost_calc_year: year } = entry;
  const daily = entry.cost_calc_day === true || entry.cost_day === true;
  const monthly = month === undefined ? null : dayOf(month, `${name}: cost_calc_month`, note);
  const yearly = year === undefined ? null : dayOfYear(year, `${name}: cost_calc_year`, note);
  if (monthly && monthly.day > 12)
    note(`${name}: ISDL 1.5 reported on the 1st instead of day ${monthly.day}; Hearth takes day ${monthly.day}.`);
  return daily || monthly || yearly ? { at: usual.at, daily, monthly, yearly } : null;
}

function powerOnOf(name: string, entry: Json, note: Note): IsdlPowerOn | null {
  const counter = part(entry.power_on_counter);
  if (!counter) return null;
  const { daily, monthly, yearly } = counter;
  return {
    daily: daily === true,
    monthly: monthly === true,
    yearly: yearly === true,
    on: integerOf(counter.on_threshold, 2, `${name}: on_threshold`, note),
    off: integerOf(counter.off_threshold, 1, `${name}: off_threshold`, note),
  };
}

function alarmOf(name: string, entry: Json, note: Note): IsdlAlarm | null {
  const alarm = part(entry.energy_alarm);
  if (!alarm) return null;
  return {
    active: alarm.active === true,
    referenceWh: integerOf(alarm.reference_wh_last_period, 100, `${name}: reference_wh_last_period`, note),
    periodMinutes: integerOf(alarm.period_min, 30, `${name}: period_min`, note),
    thresholdWh: integerOf(alarm.threshold_wh, 120, `${name}: threshold_wh`, note),
  };
}

function part(value: unknown): Json | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
}
