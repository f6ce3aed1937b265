import { describe, expect, it } from 'vitest';
import { drawPlot, type Plot, type Stretch } from './plot.ts';

const HOUR = 3_600_000;
const start = Date.UTC(2007, 1, 1);

function draw(stretches: Stretch[], over: Partial<Plot> = {}): string {
  return drawPlot({
    stretches,
    start,
    end: start + 24 * HOUR,
    zone: 'UTC',
    language: 'en',
    label: 'Power over 24 hours',
    now: null,
    live: true,
    ...over,
  });
}

const flat = (watts: number): NonNullable<Stretch> => [watts, watts, watts];
const words = (svg: string): string[] => [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map((match) => match[1] ?? '');
const count = (svg: string, part: string): number => svg.split(part).length - 1;

it('keeps its words at their size: the outer svg has no viewBox, nothing has a style', () => {
  const svg = draw([flat(500), flat(2000)]);
  expect(/^<svg class="plot" height="\d+" role="img" aria-label="Power over 24 hours">/.test(svg)).toBe(true);
  expect(svg).not.toContain('style=');
});

describe('gridlines', () => {
  it.each([
    ['a fridge', 120, ['50 W', '100 W']],
    ['a kettle', 2900, ['1 kW', '2 kW']],
    ['a busy morning', 7480, ['2 kW', '4 kW', '6 kW']],
    ['halves where they are needed', 1900, ['500 W', '1 kW', '1.5 kW']],
    ['nothing at all', 0, ['20 W', '40 W', '60 W', '80 W']],
  ] as const)('of %s', (_name, watts, lines) => {
    expect(words(draw([flat(0), flat(watts)])).filter((text) => text.endsWith('W'))).toEqual(lines);
  });
  it('put zero in the middle of a house that gives and takes', () => {
    const svg = draw([flat(-3000), flat(3000)]);
    expect(words(svg)).toEqual(expect.arrayContaining(['-2 kW', '2 kW']));
    expect(svg).toMatch(/class="base"[^>]*y1="100"/);
  });
});

describe('gaps', () => {
  it('are not bridged', () => {
    const svg = draw([flat(1), flat(1), null, flat(1), null, null, flat(1)]);
    expect(count(svg, 'class="curve"')).toBe(3);
  });
  it('leave a lone stretch visible', () => {
    expect(draw([null, flat(100), null])).toMatch(/class="curve" points="1,[\d.]+ 1.5,[\d.]+ 2,[\d.]+"/);
  });
  it('may be everything', () => {
    expect(count(draw([null, null]), '<polyline')).toBe(0);
  });
});

describe('the right end', () => {
  it('glows when it is now', () => {
    const svg = draw([flat(100)], { now: 'now' });
    expect(words(svg).at(-1)).toBe('now');
    expect(svg).toContain('class="spark"');
  });
  it('has no spark when the newest readings are missing', () => {
    expect(draw([flat(100), null, null], { now: 'now' })).not.toContain('class="spark"');
  });
  it('has no spark once readings have stopped', () => {
    expect(draw([flat(100)], { now: 'now', live: false })).not.toContain('class="spark"');
  });
  it('is a clock time on a day looked back at', () => {
    const svg = draw([flat(100)]);
    expect(words(svg).at(-1)).toBe('00:00');
    expect(svg).not.toContain('class="now"');
  });
});

it('writes the hours of the household’s zone', () => {
  expect(words(draw([flat(1000)], { zone: 'Europe/Paris' })).slice(-4)).toEqual(['06:00', '12:00', '18:00', '01:00']);
  expect(words(draw([flat(1000)], { zone: 'Asia/Kathmandu' }))).toContain('12:00');
});

it('lets no name break out of the label', () => {
  expect(draw([], { label: '"><script>' })).toContain('aria-label="&#34;&#62;&#60;script&#62;"');
});
