import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deviceMqtt } from '../app/connections/device-mqtt.ts';
import { devicePorts } from '../app/connections/device-ports.ts';
import { type Clock, sleep, systemClock } from '../lib/clock.ts';
import { createLog } from '../lib/log.ts';
import { ManualClock } from '../lib/manual-clock.ts';
import { systemRandom } from '../lib/random.ts';
import { covers } from '../lib/topic-filter.ts';
import { DeviceError } from '../models/drivers/device-error.ts';
import type { DeviceMessage, DeviceReading, DeviceRef, Driver, OnPeriod, Ports } from '../models/drivers/driver.ts';

/** How a simulated device can be bad. `gone`: nothing listens at its address any more. */
export type Fault = 'silent' | 'garbled' | 'huge' | 'gone';

/** One simulated device on the wire. */
export interface SimulatedDevice {
  /** As the hub keeps it once it is let in. */
  readonly device: DeviceRef;
  /** Sets what it measures. */
  measure(power: number, energyWh?: number): void | Promise<void>;
  /** Its relay, as somebody beside it sees it; for drivers that switch. */
  isOn?(): boolean;
  /** Makes it bad from the next question on; polled devices. */
  fail?(fault: Fault): void | Promise<void>;
  /** Takes what the hub publishes; devices on the broker. */
  take?(topic: string, payload: string): void;
  /** Has it published this to the hub since the start, it is handed over; devices on the broker. */
  heard?(): readonly (readonly [topic: string, payload: Buffer])[];
  /** Presses its button; devices that tell a press from a command. */
  press?(): void | Promise<void>;
  /** Cuts and restores its power; devices on the broker. */
  reboot?(): void | Promise<void>;
  stop(): void | Promise<void>;
}

/** Where the simulated devices are, for those that go by local time. */
export const ZONE = 'Europe/London';

export interface DriverHarness {
  /** `clock` is the device's own, which shows the time in `ZONE`. */
  start(clock: Clock): Promise<SimulatedDevice>;
  /** Whether it counts energy itself; true unless told. */
  readonly counts?: boolean;
  /** Whether it measures at all; true unless told. */
  readonly measures?: boolean;
}

/**
 * What the hub relies on of every driver, tried against its simulator: it knows a device by what it is, tells what the device says
 * and nothing else, fails with a DeviceError in time, switches, and shrugs at garbage.
 */
export function driverConformance(driver: Driver, harness: DriverHarness): void {
  const { family, capabilities } = driver;
  const polled = capabilities.read === 'poll';

  describe(`driver ${family}`, () => {
    let simulated: SimulatedDevice;
    let ports: Ports;
    beforeEach(async () => {
      simulated = await harness.start(systemClock);
      ports = testPorts(systemClock, simulated);
    });
    afterEach(() => simulated.stop());

    test('can do what it says, and says what its devices do without the hub', () => {
      expect(typeof driver.safeState === 'string' && driver.safeState.length > 10).toBe(true);
      expect(driver.switch !== undefined, 'switch').toBe(capabilities.switch);
      if (polled) expect(driver.read, 'read').toBeDefined();
      else expect(driver.topics !== undefined, 'topics').toBe(driver.fromMqtt !== undefined);
    });

    test('knows a device by what it is, not by its address', async () => {
      const { address, identity } = simulated.device;
      expect(identity).not.toBe('');
      if (address !== null) expect(identity).not.toContain(address.split(':')[0]);
      if (!driver.identify || address === null) return;
      const found = await driver.identify(address, ports);
      const all = [found, ...(found?.children ?? [])];
      expect(all.map((one) => one?.identity)).toContain(identity);
      expect(found?.family).toBe(family);
      const nobody = await driver.identify('127.0.0.1:9', ports).catch((error: unknown) => error);
      expect(nobody === null || nobody instanceof DeviceError).toBe(true);
    });

    if (polled) {
      test('reads what the device measures', async () => {
        await simulated.measure(123.4, 56_780);
        const reading = await driver.read?.(simulated.device, ports);
        expectReading(reading, harness.counts ?? true);
        if (simulated.isOn) expect(reading?.on).toBe(simulated.isOn());
      });

      test.each(['silent', 'garbled', 'huge', 'gone'] as const)(
        'makes nothing up when the device is %s',
        async (fault) => {
          if (!simulated.fail) return;
          await simulated.fail(fault);
          const hasty = testPorts(hastyClock(), simulated);
          const result = await driver.read?.(simulated.device, hasty).catch((error: unknown) => error);
          expect(result).toBeInstanceOf(DeviceError);
        },
      );
    } else if (driver.fromMqtt) {
      test('understands what the device publishes, all of it on its own topics', async () => {
        if (harness.measures === false) return;
        await simulated.measure(123.4, 56_780);
        await driver.refresh?.(simulated.device, ports);
        const readings = await until(() => {
          const told = meanings(driver, simulated).flatMap(({ reading }) => reading ?? []);
          return told.some(({ values }) => values.power_w !== undefined) ? told : undefined;
        });
        const values = Object.assign({}, ...readings.map((reading) => reading.values)) as DeviceReading['values'];
        expectReading({ values, valid: readings.every(({ valid }) => valid) }, harness.counts ?? true);
        const filters = driver.topics?.(simulated.device) ?? [];
        for (const [topic] of simulated.heard?.() ?? [])
          expect(
            filters.some((filter) => covers(filter, topic)),
            topic,
          ).toBe(true);
        for (const filter of filters) expect(filter, 'a filter over everything').not.toMatch(/^[+#]/);
      });

      test('shrugs at garbage on every one of its topics', () => {
        const topics = new Set((simulated.heard?.() ?? []).map(([topic]) => topic));
        for (const filter of driver.topics?.(simulated.device) ?? []) topics.add(filter.replace(/[+#]/g, 'x'));
        for (const topic of topics) {
          for (const payload of GARBAGE) {
            const meaning = driver.fromMqtt?.(simulated.device, topic, payload);
            for (const value of Object.values(meaning?.reading?.values ?? {}))
              expect(value === null || Number.isFinite(value), `${topic} ${payload.subarray(0, 20)}`).toBe(true);
          }
        }
      });
    }

    if (capabilities.switch) {
      test('switches on and off, and once more is no harm', async () => {
        for (const on of [true, true, false, false, true]) {
          await driver.switch?.(simulated.device, on, ports);
          await until(() => (simulated.isOn?.() === on ? true : undefined));
          if (polled) expect((await driver.read?.(simulated.device, ports))?.on).toBe(on);
        }
        if (polled || !driver.fromMqtt) return;
        await driver.refresh?.(simulated.device, ports);
        const last = await until(() => meanings(driver, simulated).findLast((meaning) => onOf(meaning) !== undefined));
        expect(onOf(last)).toBe(true);
      });

      test('a press on the button is told, and a reboot is not taken for one', async () => {
        if (simulated.press) {
          const from = simulated.heard?.().length ?? 0;
          await simulated.press();
          const pressed = await until(() =>
            meanings(driver, simulated, from).find((meaning) => meaning.wish !== false && onOf(meaning) !== undefined),
          );
          expect(onOf(pressed)).toBe(simulated.isOn?.());
        }
        if (!simulated.reboot) return;
        const from = simulated.heard?.().length ?? 0;
        await simulated.reboot();
        await until(() => meanings(driver, simulated, from).find(({ reboot, online }) => reboot === true || online));
        expect(meanings(driver, simulated, from).some(({ wish }) => wish === true)).toBe(false);
      });
    }
  });

  if (driver.setWindow) describe(`driver ${family}, the hub gone`, () => keepsItsTimes(driver, harness));
}

/** Half past the hour and some seconds, in the evening before the clocks go forward. */
const EVENING = Date.UTC(2026, 2, 28, 22, 30, 17);
const HOUR = 3600;

function keepsItsTimes(driver: Driver, harness: DriverHarness): void {
  const { capabilities, setWindow } = driver;
  let simulated: SimulatedDevice;
  let clock: ManualClock;
  let now: number;
  beforeEach(async () => {
    clock = new ManualClock(EVENING);
    now = clock.seconds();
    simulated = await harness.start(clock);
    await driver.switch?.(simulated.device, false, testPorts(clock, simulated));
  });
  afterEach(() => simulated.stop());
  const give = async (...periods: OnPeriod[]) =>
    await setWindow?.(simulated.device, periods, testPorts(clock, simulated), ZONE);
  const isOnAt = async (time: number) => {
    clock.advance(time * 1000 - clock.now());
    await sleep(systemClock, 5);
    return simulated.isOn?.();
  };

  test('ends a run that has begun, at its end or shortly after, and not before', async () => {
    const outcome = await give([now - 600, now + HOUR]);
    expect(outcome?.keeps).toBe(capabilities.schedule === 'window' ? 'windows' : 'end');
    const { until: end } = outcome ?? {};
    expect(end).toBeGreaterThanOrEqual(now + HOUR);
    expect(end).toBeLessThanOrEqual(now + HOUR + 60);
    await until(() => simulated.isOn?.() || undefined);
    expect(await isOnAt(now + HOUR - 1)).toBe(true);
    expect(await isOnAt((end ?? 0) + 1)).toBe(false);
  });

  test('a longer run takes the place of the one it was given', async () => {
    await give([now, now + HOUR]);
    await give([now, now + 2 * HOUR]);
    expect(await isOnAt(now + HOUR + 120)).toBe(true);
    expect(await isOnAt(now + 2 * HOUR + 120)).toBe(false);
  });

  if (capabilities.schedule === 'window') {
    test('goes on and off by itself, across midnight and the change of the clocks', async () => {
      expect(await give([now + 2 * HOUR, now + 5 * HOUR])).toMatchObject({ keeps: 'windows' });
      expect(await isOnAt(now + 2 * HOUR - 60)).toBe(false);
      expect(await isOnAt(now + 2 * HOUR + 60)).toBe(true);
      expect(await isOnAt(now + 5 * HOUR - 60)).toBe(true);
      expect(await isOnAt(now + 5 * HOUR + 60)).toBe(false);
    });

    test('a window that was taken back is kept no more', async () => {
      await give([now + HOUR, now + 2 * HOUR]);
      expect(await give()).toEqual({ keeps: 'windows', until: null });
      expect(await isOnAt(now + HOUR + 60)).toBe(false);
    });
  } else {
    test('a run that has not begun is the hub’s to begin', async () => {
      expect(await give([now + HOUR, now + 2 * HOUR])).toEqual({ keeps: 'end', until: null });
      expect(simulated.isOn?.()).toBe(false);
    });
  }
}

const GARBAGE = ['', '{', 'null', '[]', '"x"', 'NaN', '-', '{"POWER":{}}', '9'.repeat(400), '{"a":'.repeat(500)]
  .map((text) => Buffer.from(text))
  .concat([Buffer.from([0, 255, 254, 0, 128]), Buffer.alloc(100_000, 'A')]);

function expectReading(reading: DeviceReading | undefined, counts: boolean): void {
  expect(reading?.valid).toBe(true);
  expect(reading?.values.power_w).toBeCloseTo(123.4, 0);
  if (counts) expect(Math.abs((reading?.values.energy_wh ?? 0) - 56_780)).toBeLessThan(10);
  for (const [name, value] of Object.entries(reading?.values ?? {})) {
    expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
    expect(value === null || Number.isFinite(value), name).toBe(true);
  }
}

function meanings(driver: Driver, simulated: SimulatedDevice, from = 0): DeviceMessage[] {
  const said = (simulated.heard?.() ?? []).slice(from);
  return said.flatMap(([topic, payload]) => driver.fromMqtt?.(simulated.device, topic, payload) ?? []);
}

function onOf({ on, reading }: DeviceMessage): boolean | undefined {
  return on ?? reading?.on;
}

function testPorts(clock: Clock, simulated: SimulatedDevice): Ports {
  const mqtt = deviceMqtt(async (_account, topic, payload) => simulated.take?.(topic, payload.toString()), clock);
  return devicePorts({ clock, random: systemRandom, log: createLog('silent'), mqtt, rules: { loopback: true } });
}

/** Time-outs come ten times sooner. */
function hastyClock(): Clock {
  return { ...systemClock, after: (ms, tick) => systemClock.after(ms / 10, tick) };
}

/** What `look` gives once it gives something, within ten seconds. */
async function until<T>(look: () => T | undefined): Promise<T> {
  for (let tries = 0; tries < 1000; tries += 1) {
    const seen = look();
    if (seen !== undefined) return seen;
    await sleep(systemClock, 10);
  }
  throw new Error('waited ten seconds in vain');
}
