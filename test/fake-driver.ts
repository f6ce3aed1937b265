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

/** Moves the clock in steps, and lets what each step set off go on until it waits again. */
export async function pass(clock: ManualClock, ms: number, step = 1000): Promise<void> {
  for (let gone = 0; gone < ms; gone += step) {
    clock.advance(Math.min(step, ms - gone));
    await settle();
  }
}

/** Lets queries and promises under way come to an end. */
export async function settle(ms = 15): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

function counts() {
  return { answers: new Map(), switched: [], asked: new Map(), mostOpen: new Map() };
}
