/** What the devices of the demo house draw, in watts, and what its sensor feels, at any moment. Pure: the same seed, the same house. */
export interface Shapes {
  /** The whole house, the devices below included. */
  house(time: number): number;
  /** The car, the heat pump and the immersion heater together. */
  large(time: number): number;
  fridge(time: number): number;
  washing(time: number): number;
  immersion(time: number): number;
  car(time: number): number;
  heatPump(time: number): number;
  /** °C in the attic. */
  attic(time: number): number;
  /** % in the attic. */
  humidity(time: number): number;
}

const DAY = 86_400;
const YEAR = 365.25 * DAY;
/** Mid-January is coldest. */
const COLDEST = 15 * DAY;

export function shapes(seed: number): Shapes {
  const chance = (what: number, number: number) => fractionOf(seed * 7919 + what * 104_729 + number);
  const day = (time: number) => Math.floor(time / DAY);
  const hour = (time: number) => (time % DAY) / 3600;
  const isWeekend = (time: number) => (day(time) + 4) % 7 === 0 || (day(time) + 4) % 7 === 6;
  const winter = (time: number) => (1 + Math.cos(((time - COLDEST) / YEAR) * 2 * Math.PI)) / 2;
  const outside = (time: number) =>
    16 - 12 * winter(time) + 4 * Math.sin(((hour(time) - 9) / 24) * 2 * Math.PI) + 4 * (chance(1, day(time)) - 0.5);
  const flicker = (time: number, watts: number) => watts * (chance(2, Math.floor(time / 60)) - 0.5);

  const fridge = (time: number) => ((time + chance(3, day(time)) * 900) % 2700 < 900 ? 92 : 1);
  const washing = (time: number) => {
    const start = 9 + 9 * chance(4, day(time));
    const into = hour(time) - start;
    if (chance(5, day(time)) > 0.55 || into < 0 || into > 1.5) return 1;
    return into < 0.4 ? 2050 : 180 + flicker(time, 120);
  };
  const immersion = (time: number) => (within(hour(time), 3, 3.6 + 0.8 * winter(time)) ? 2900 : 0);
  const car = (time: number) => {
    const leaves = 5.5 * chance(6, day(time));
    return chance(7, day(time)) < 0.45 && within(hour(time), 0.5, 0.5 + leaves) ? 7100 + flicker(time, 60) : 0;
  };
  const heatPump = (time: number) => {
    const lack = Math.max(0, 15.5 - outside(time));
    const on = (time + 600 * chance(8, day(time))) % 3600 < 3600 * Math.min(1, lack / 14);
    return on ? 380 + 90 * lack + flicker(time, 40) : 14;
  };
  const large = (time: number) => immersion(time) + car(time) + heatPump(time);
  const living = (time: number) => {
    const rises = isWeekend(time) ? 9 : 7;
    const lit = within(hour(time), 16.5, 23) ? 60 + 240 * winter(time) : 0;
    const cooking = bump(hour(time), 18.2, 0.7) * 1900 * chance(9, day(time)) + bump(hour(time), rises, 0.35) * 1300;
    return 130 + lit + cooking + bump(hour(time), 12.5, 0.6) * 450 + flicker(time, 60);
  };
  return {
    ...{ large, fridge, washing, immersion, car, heatPump },
    house: (time) => living(time) + fridge(time) + washing(time) + large(time),
    attic: (time) => 8 + 0.75 * outside(time) + 2 * bump(hour(time), 15, 3),
    humidity: (time) => 58 - 10 * bump(hour(time), 15, 4) + 12 * (chance(10, day(time)) - 0.5),
  };
}

function within(hour: number, from: number, to: number): boolean {
  return hour >= from && hour < to;
}

function bump(hour: number, at: number, width: number): number {
  return Math.exp(-(((hour - at) / width) ** 2));
}

/** In [0, 1), as if by chance (the finaliser of MurmurHash3). */
function fractionOf(number: number): number {
  let hash = Math.imul(number ^ (number >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
