/** What a `timestamp` may be: seconds since the device started, a time, or nothing to go by. */
export type Stamp =
  | { readonly kind: 'uptime'; readonly seconds: number }
  | { readonly kind: 'time'; readonly time: number }
  | { readonly kind: 'none' };

/** Reads a timestamp as firmware writes it; text that is a number counts as one. */
export function readStamp(said: unknown): Stamp {
  const number = typeof said === 'string' && said.trim() !== '' ? Number(said) : said;
  if (typeof number !== 'number' || !(number >= 0)) return { kind: 'none' };
  if (number < 1e9) return { kind: 'uptime', seconds: number };
  if (number < 4e9) return { kind: 'time', time: Math.floor(number) };
  return number > 1e11 && number < 4e12 ? { kind: 'time', time: Math.floor(number / 1000) } : { kind: 'none' };
}

/** From one start of the device to the next. */
interface Life {
  /** The highest count, and when it arrived. */
  last: number;
  lastReceived: number;
  /** When it seemed to have started, by what arrived in each of the last minutes: what waited least says it best. */
  readonly offsets: Map<number, number>;
}

/** A count this much lower than the last is a start; readings within it may have overtaken each other. */
const DISORDER = 5;
/** The longest a reading waits in a gateway before it is sent. */
const SPAN = 300;
/** Crystals drift: what was said longer ago says nothing of now. */
const WINDOW = 3600;
const STEP = 300;

/**
 * Turns the seconds since a sensor started into real time. Gateways hold readings back, so that what arrives with the least delay
 * of the last hour tells when the sensor started. A count that falls is a new start; what arrives late from the life before keeps
 * its place there. No time lies after its arrival.
 */
export class UptimeClock {
  #now: Life | null = null;
  #before: Life | null = null;
  #reboots = 0;

  /** How often the sensor has started since the hub did. */
  get reboots(): number {
    return this.#reboots;
  }

  /** Unix seconds of each count of one packet, in the order in which the sensor sent them. */
  times(counts: readonly number[], received: number): number[] {
    const lives = counts.map((count) => this.#lifeOf(count, received));
    return counts.map((count, at) => {
      const life = lives[at] as Life;
      const end = life === this.#now || !this.#now ? received : Math.min(received, startOf(this.#now));
      return Math.floor(Math.min(startOf(life) + count, end));
    });
  }

  #lifeOf(count: number, received: number): Life {
    const now = this.#now;
    if (!now) return this.#begin(count, received);
    if (count > now.last + (received - now.lastReceived) + SPAN)
      return this.#older(count) ?? this.#begin(count, received);
    if (count >= now.last - DISORDER) return hear(now, count, received);
    if (!isStart(now, count, received)) return now;
    this.#before = now;
    this.#reboots += 1;
    return this.#begin(count, received);
  }

  /** This life has not lasted so long: what counts so far was held back since the one before. */
  #older(count: number): Life | null {
    return this.#before && count <= this.#before.last + SPAN ? this.#before : null;
  }

  #begin(count: number, received: number): Life {
    this.#now = hear({ last: count, lastReceived: received, offsets: new Map() }, count, received);
    return this.#now;
  }
}

function hear(life: Life, count: number, received: number): Life {
  life.last = Math.max(life.last, count);
  life.lastReceived = received;
  const step = Math.floor(received / STEP);
  life.offsets.set(step, Math.min(life.offsets.get(step) ?? Number.POSITIVE_INFINITY, received - count));
  for (const old of life.offsets.keys()) if (old <= step - WINDOW / STEP) life.offsets.delete(old);
  return life;
}

function startOf(life: Life): number {
  return Math.min(...life.offsets.values());
}

/** A sensor cannot have started before it was last heard; how well that is known depends on what its packets waited for. */
function isStart(life: Life, count: number, received: number): boolean {
  const behind = startOf(life) + life.last - (received - count);
  return behind <= DISORDER || (count < life.last - SPAN && behind <= SPAN);
}
