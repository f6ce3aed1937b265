/** Every zone's offset changes on a quarter of an hour. */
const QUARTER_MS = 900_000;
const MOST = 5000;

/**
 * Turns Unix seconds into dates whose local parts, as `getHours`, are those of the zone. An offset is found once for each
 * quarter of an hour, so that an axis costs nothing while it is dragged.
 */
export function zoneClock(zone: string): (seconds: number) => Date {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const offsets = new Map<number, number>();
  const offsetAt = (ms: number): number => {
    const quarter = Math.floor(ms / QUARTER_MS);
    let offset = offsets.get(quarter);
    if (offset === undefined) {
      const at: Record<string, number> = {};
      for (const { type, value } of parts.formatToParts(quarter * QUARTER_MS)) at[type] = Number(value);
      const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = at;
      offset = Date.UTC(year, month - 1, day, hour, minute, second) - quarter * QUARTER_MS;
      if (offsets.size >= MOST) offsets.clear();
      offsets.set(quarter, offset);
    }
    return offset;
  };
  return (seconds) => {
    const ms = seconds * 1000;
    const wall = new Date(ms + offsetAt(ms));
    return new Date(
      wall.getUTCFullYear(),
      wall.getUTCMonth(),
      wall.getUTCDate(),
      wall.getUTCHours(),
      wall.getUTCMinutes(),
      wall.getUTCSeconds(),
      wall.getUTCMilliseconds(),
    );
  };
}
