/** Days since 1970-01-01 of a date such as `2026-03-29`. */
export function dayNumber(date: string): number {
  return Math.round(Date.parse(`${date}T00:00:00Z`) / (DAY_S * 1000));
}

/** Days since 1970-01-01 of a date in numbers. A month or day too large leads into those after it. */
export function dayOf(year: number, month: number, day: number): number {
  return Date.UTC(year, month - 1, day) / (DAY_S * 1000);
}

/** The date, such as `2026-03-29`, so many days after 1970-01-01. */
export function dateOf(day: number): string {
  return new Date(day * DAY_S * 1000).toISOString().slice(0, 10);
}

/** What the zone's wall clock shows at `time`, counted in seconds as if the wall were in Greenwich. */
export function wallAt(time: number, zone: string): number {
  return time + offsetAt(time, zone);
}

/** The date on the zone's wall at `time`, days since 1970-01-01. */
export function wallDay(time: number, zone: string): number {
  return Math.floor(wallAt(time, zone) / DAY_S);
}

/**
 * When the zone's wall clock shows `wall`, in Unix seconds. A time that is skipped is the moment at which the clock jumps over it;
 * of a time that comes twice it is the first, or the last.
 */
export function momentAt(wall: number, zone: string, which: 'first' | 'last' = 'first'): number {
  // No two changes of a clock lie within two days of each other.
  const [before, after] = [offsetAt(wall - DAY_S, zone), offsetAt(wall + DAY_S, zone)];
  if (before === after) return wall - before;
  const fitting = [wall - before, wall - after].filter((time) => wallAt(time, zone) === wall);
  if (fitting.length > 0) return which === 'first' ? Math.min(...fitting) : Math.max(...fitting);
  return changeBetween(wall - DAY_S, wall + DAY_S, zone);
}

/** The first second with another offset than `from`. */
function changeBetween(from: number, to: number, zone: string): number {
  let [same, other] = [from, to];
  const offset = offsetAt(from, zone);
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2);
    if (offsetAt(middle, zone) === offset) same = middle;
    else other = middle;
  }
  return other;
}

/** Seconds by which the zone's wall is ahead of Greenwich. By Intl alone: an editor in a browser counts with it, too. */
function offsetAt(time: number, zone: string): number {
  const wall = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 };
  for (const { type, value } of formatOf(zone).formatToParts(time * 1000))
    if (type in wall) wall[type as keyof typeof wall] = Number(value);
  const { year, month, day, hour, minute, second } = wall;
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - Math.floor(time);
}

/** Of UTC where the zone is unknown. */
function formatOf(zone: string): Intl.DateTimeFormat {
  let made = formats.get(zone);
  if (!made) {
    made = isZone(zone) ? formatIn(zone) : formatIn('UTC');
    formats.set(zone, made);
  }
  return made;
}

function isZone(zone: string): boolean {
  try {
    return formatIn(zone) !== null;
  } catch {
    return false;
  }
}

function formatIn(timeZone: string): Intl.DateTimeFormat {
  const [whole, two] = ['numeric', '2-digit'] as const;
  return new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, hourCycle: 'h23', year: whole, month: two, day: two, hour: two, minute: two, second: two },
  });
}

const formats = new Map<string, Intl.DateTimeFormat>();
const DAY_S = 86_400;
