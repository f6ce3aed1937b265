import type { Models } from '../../app/models.ts';
import { parseSchedule } from '../../models/schedule/schedule.ts';
import { parseTariff } from '../../models/tariff/tariff.ts';
import type { Member } from './house.ts';
import { PRICE_STEP } from './prices.ts';

/** What a kWh costs where the feed says 1: a penny, in millionths of a pound. */
const PENNY = 10_000;
const STANDING = 480_000;

/** Half-hourly prices by a feed, before VAT; the feed. */
export async function setTariff({ feeds, tariffs }: Models, account: number): Promise<number> {
  const feed = await feeds.create(account, {
    ...{ name: 'price', tag: 'tariff', engine: 5, interval: PRICE_STEP, unit: 'p/kWh' },
  });
  const version = {
    ...{ from: '2015-01-01', name: 'Half-hourly', standing: STANDING, vat: { rate: 500, included: true } },
    import: { kind: 'feed', feed, scale: PENNY },
  };
  await tariffs.set(account, parseTariff({ currency: 'GBP', versions: [version] }));
  return feed;
}

/** Three devices that run when it is best. */
export async function setSchedules(
  { schedules }: Models,
  account: number,
  ids: ReadonlyMap<Member['shape'], number>,
): Promise<void> {
  const all = [
    {
      ...{ device: ids.get('car'), name: 'Car by eight', powerW: 7100, interruptible: true, minRun: 1800 },
      ...{ need: { kind: 'energy', wh: 21_000 }, readyBy: '08:00', repeat: { weekdays: [1, 2, 3, 4, 5] } },
    },
    {
      ...{ device: ids.get('washing'), name: 'Washing by evening', powerW: 500, interruptible: false },
      ...{ need: { kind: 'time', seconds: 6300 }, readyBy: '20:00' },
    },
    {
      ...{ device: ids.get('immersion'), name: 'Hot water', powerW: 2900, interruptible: true, minRun: 1800 },
      ...{ need: { kind: 'time', seconds: 7200 }, readyBy: null, within: 86_400 },
    },
  ];
  for (const one of all) await schedules.create(account, parseSchedule(one));
}
