/** Where the total of a device's own energy counter stands. */
export interface Count {
  /** kWh that never fall, whatever the counter does. */
  readonly total: number;
  /** What the counter's reading is short of the total, kWh: what earlier lives of the counter had counted. */
  readonly offset: number;
}

/**
 * The total after the counter's next reading, in Wh. A counter that fell to less than half was set back, so all that it shows is new;
 * one that fell less lost what it had not written down before its power failed, and goes on from where it is. What would be more
 * than a house can use adds nothing, up or down: one garbled reading leaves the total as it was.
 */
export function countOn(before: Count | undefined, counterWh: number, seconds: number): Count {
  const counter = counterWh / 1000;
  if (!before) return { total: counter, offset: 0 };
  const { total, offset } = before;
  const most = (MOST_KW * Math.max(seconds, 1)) / 3600 + LEAST_STEP;
  const rise = offset + counter - total;
  const hair = Math.max(LEAST_STEP, total * FLOAT32);
  if (rise >= 0) return rise <= most ? { total: offset + counter, offset } : { total, offset: total - counter };
  if (-rise <= hair) return before;
  const isSetBack = counter < (total - offset) / 2 && counter <= most;
  return isSetBack ? { total: total + counter, offset: total } : { total, offset: total - counter };
}

/** More than three phases of a house's connection give. */
const MOST_KW = 100;
/** kWh: counters show watt hours. */
const LEAST_STEP = 0.001;
/** Feeds keep 24 bits of a value. */
const FLOAT32 = 2 ** -23;
