import { DateTime } from 'luxon';

/** An event in a charger's own timetable: weekdays as in `monday`, none meaning each day; times of day in seconds, local. */
interface Event {
  readonly days: readonly string[];
  readonly at: number;
  readonly on: boolean;
}

const DAY_NAMES = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** What a charger keeps of times: the one timer of the older controller, the week of events of the newer module. */
export class OwnTimes {
  readonly #events = new Map<number, Event>();
  /** What was found last, and from when until when it is so. */
  #found: { readonly from: number; readonly to: number; readonly last: Past | undefined } | null = null;
  readonly #zone: string;

  constructor(zone: string) {
    this.#zone = zone;
  }

  /** RAPI's timer, `HH MM HH MM`; all noughts end it. */
  setTimer(text: string): void {
    this.#found = null;
    const [h1 = 0, m1 = 0, h2 = 0, m2 = 0] = text.trim().split(/\s+/).map(Number);
    this.#events.clear();
    if (h1 + m1 + h2 + m2 === 0) return;
    this.#events.set(1, { days: DAY_NAMES, at: h1 * 3600 + m1 * 60, on: true });
    this.#events.set(2, { days: DAY_NAMES, at: h2 * 3600 + m2 * 60, on: false });
  }

  /** One event or a list of them, as `schedule/set` takes them. */
  setEvents(json: string): void {
    this.#found = null;
    const said = JSON.parse(json) as Said | Said[];
    for (const { id, state, time, days } of Array.isArray(said) ? said : [said]) {
      const [h = 0, m = 0, s = 0] = time.split(':').map(Number);
      this.#events.set(id, { days, at: h * 3600 + m * 60 + s, on: state === 'active' });
    }
  }

  clear(id: number): void {
    this.#found = null;
    this.#events.delete(id);
  }

  /** The last event up to now, of a week; undefined where there are none. */
  last(nowMs: number): Past | undefined {
    if (!this.#found || nowMs < this.#found.from || nowMs >= this.#found.to) this.#found = this.#find(nowMs);
    return this.#found.last;
  }

  #find(nowMs: number): { from: number; to: number; last: Past | undefined } {
    const today = DateTime.fromMillis(nowMs, { zone: this.#zone }).startOf('day');
    const days = Array.from({ length: 9 }, (_, ago) => today.plus({ days: 1 - ago }));
    const times = [...this.#events.values()].flatMap(({ days: on, at, on: state }) =>
      days
        .filter((day) => on.includes(DAY_NAMES[day.weekday - 1] as string))
        .map((day) => ({ ms: atTime(day, at).toMillis(), on: state })),
    );
    const last = times.filter(({ ms }) => ms <= nowMs).sort((a, b) => b.ms - a.ms)[0];
    const to = Math.min(today.plus({ days: 1 }).toMillis(), ...times.flatMap(({ ms }) => (ms > nowMs ? [ms] : [])));
    return { from: nowMs, to, last };
  }
}

function atTime(day: DateTime, at: number): DateTime {
  return day.set({ hour: Math.floor(at / 3600), minute: Math.floor(at / 60) % 60, second: at % 60 });
}

/** What one of its times did. */
interface Past {
  readonly ms: number;
  readonly on: boolean;
}

interface Said {
  readonly id: number;
  readonly state: string;
  readonly time: string;
  readonly days: readonly string[];
}
