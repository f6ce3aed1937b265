import type { HouseOverview } from '../models/house.ts';
import type { Card } from './device-card.ts';
import { watts } from './home-curve.ts';
import type { Words } from './page.ts';

export interface HomeDevicesParts {
  readonly cards: readonly Card[];
  /** The devices whose meter is the house's own: they are no part of it. */
  readonly whole: ReadonlySet<number>;
  readonly overview: Pick<HouseOverview, 'state' | 'power'>;
  /** When a device that waits will run, Unix seconds. */
  readonly waitsFor: (device: number) => number | null;
  readonly words: Words;
}

/** The devices that a person is likeliest to want, what the rest of the house draws, and which device is the biggest part of it. */
export function homeDevices({ cards, whole, overview, waitsFor, words }: HomeDevicesParts) {
  const { t } = words;
  const draw = ({ switch: { on }, watts }: Card) => (on ? 1e9 : 0) + (watts ?? 0);
  const shown = [...cards].sort((a, b) => draw(b) - draw(a)).slice(0, MOST);
  const parts = cards.filter(
    ({ id, presence, watts }) => !whole.has(id) && watts !== null && presence.state === 'live',
  );
  const house = overview.state === 'live' ? (overview.power?.value ?? null) : null;
  const told = parts.reduce((sum, { watts }) => sum + (watts ?? 0), 0);
  const isWhole = house !== null && parts.length > 0 && told <= house;
  const [biggest] = [...parts].sort((a, b) => (b.watts ?? 0) - (a.watts ?? 0));
  return {
    devices: shown.map((card) => ({ ...card, said: saidOf(card, waitsFor(card.id), words) })),
    rest: isWhole ? t('home.devices.rest', { power: watts(house - told, words) }) : '',
    biggest: isWhole && biggest && (biggest.watts ?? 0) >= house * BIG ? t('home.biggest', { name: biggest.name }) : '',
  };
}

/** Since when it is so, and when it will be otherwise. */
function saidOf({ switch: { words: said, on, differs }, presence }: Card, next: number | null, words: Words): string {
  if (next === null || on || differs) return said || presence.words;
  const waits = words.t('home.device.waits', { time: words.moment(next * 1000) });
  return said ? `${said} · ${waits}` : waits;
}

const MOST = 6;
/** The share of the house from which on a device explains what the house draws. */
const BIG = 0.3;
