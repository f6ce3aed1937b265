import type { ManualClock } from '../lib/manual-clock.ts';
import { DeviceError } from '../models/drivers/device-error.ts';
import type { DeviceReading, Driver, Found } from '../models/drivers/driver.ts';

/** A family whose devices live in the test: what each answers is set by hand. */
export interface FakeFamily {
  readonly driver: Driver;
  /** Of each identity: what it answers; an error is thrown, a promise awaited. */
  readonly answers: Map<string, () => DeviceReading | Promise<DeviceReading>>;
  /** Which way each was switched last. */
  readonly switched: [identity: string, on: boolean][];
  /** How often each was asked, and how many questions were open at a time at most. */
  readonly asked: Map<string, number>;
  readonly mostOpen: Map<string, number>;
  /** While true, switching fails. */
  deaf: boolean;
}

/** Polled sockets that switch. */
export function fakeFamily(family = 'fake', interval = 10): FakeFamily {
  const fake: FakeFamily = { ...{ driver: undefined as never, deaf: false }, ...counts() };
  const open = new Map<string, number>();
  const driver: Driver = {
    family,
    capabilities: { read: 'poll', switch: true },
    safeState: 'It stays as it was last switched.',
    interval,
    async read({ identity }) {
      fake.asked.set(identity, (fake.asked.get(identity) ?? 0) + 1);
      const now = (open.get(identity) ?? 0) + 1;
      open.set(identity, now);
      fake.mostOpen.set(identity, Math.max(fake.mostOpen.get(identity) ?? 0, now));
      try {
        const answer = fake.answers.get(identity);
        if (!answer) throw new DeviceError('unreachable', 'Nothing answers at the device’s address.');
        return await answer();
      } finally {
        open.set(identity, (open.get(identity) ?? 1) - 1);
      }
    },
    async switch({ identity }, on) {
      if (fake.deaf) throw new DeviceError('timeout', 'The device did not answer in time.');
      fake.switched.push([identity, on]);
    },
  };
  return Object.assign(fake, { driver });
}

export function fakeFound(identity: string, family = 'fake'): Found {
  return { family, identity, address: '127.0.0.1', model: 'F1', name: identity, type: 'plug', supported: true };
}

/** Knows what the models of devices still do, so that a test can wait for it and for nothing longer. */
export class Busy {
  readonly #open = new Set<Promise<unknown>>();

  /** The same model; what its methods return is waited for by `pass`. */
  watch<T extends object>(model: T): T {
    return new Proxy(model, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          const result: unknown = value.apply(target, args);
          if (result instanceof Promise) this.#track(result);
          return result;
        };
      },
    });
  }

  /** Moves the clock in steps, and lets what each step set off come to its end. */
  async pass(clock: ManualClock, ms: number, step = 1000): Promise<void> {
    for (let gone = 0; gone < ms; gone += step) {
      clock.advance(Math.min(step, ms - gone));
      await this.settle();
    }
  }

  async settle(): Promise<void> {
    do {
      await Promise.allSettled(this.#open);
      await new Promise((resolve) => setImmediate(resolve));
    } while (this.#open.size > 0);
  }

  #track(work: Promise<unknown>): void {
    this.#open.add(work);
    const done = () => this.#open.delete(work);
    work.then(done, done);
  }
}

function counts() {
  return { answers: new Map(), switched: [], asked: new Map(), mostOpen: new Map() };
}
