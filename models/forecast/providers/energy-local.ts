import { z } from 'zod';
import { dayAt } from '../../../lib/local-day.ts';
import { baseUrl, evenSpans, figure, isoTime, someOf, under } from '../figures.ts';
import { ForecastError } from '../forecast-error.ts';
import { halfHoursOfDay } from '../half-hours.ts';
import { provider } from '../provider.ts';

const params = z.object({
  club: z
    .string()
    .regex(/^[\w-]{1,40}$/)
    .default('bethesda'),
  timezone: z.string().max(64).default('Europe/London').describe('In which a day of 48 half-hours begins'),
  base: baseUrl('https://dashboard.energylocal.org.uk/'),
});

const even = z.object({
  start: z.union([
    z
      .number()
      .int()
      .min(0)
      .max(2 ** 33),
    isoTime,
  ]),
  interval: z.number().int().min(60).max(86_400),
  profile: z.array(figure).min(1).max(3000),
  optimise: z.literal([0, 'min']).optional(),
});
const day = z.object({
  DATA: z.tuple([
    z
      .array(z.union([figure, z.string().max(40)]))
      .min(46)
      .max(51),
  ]),
});

/** When a community's own generation is plentiful: higher is worse. */
export const energyLocal = provider({
  name: 'energy-local',
  source: 'Energy Local',
  kind: 'http',
  unit: 'index',
  optimise: 'min',
  interval: 1800,
  horizon: 86_400,
  every: 1800,
  params,
  request({ club, base }) {
    const url = under(base, 'club/forecast');
    url.searchParams.set('name', club);
    return [{ url: url.href }];
  },
  parse(answer, { timezone }, { now }) {
    if (typeof answer === 'object' && answer !== null && 'DATA' in answer) {
      const [cells] = day.parse(answer).DATA;
      const dated = datedDay(cells[0]);
      const values = figure.array().parse(dated === null ? cells : cells.slice(1));
      someOf(values, 'Energy Local');
      if (dated !== null) return { spans: halfHoursOfDay(values, dated, timezone) };
      // Without a date it is every day's until another one comes.
      const today = dayAt(now, timezone);
      // A day of 46 or 50 is only like itself.
      const days = values.length === 48 ? [today, today + 1] : [today];
      return { spans: days.flatMap((each) => halfHoursOfDay(values, each, timezone)) };
    }
    const { start, interval, profile } = even.parse(answer);
    return { spans: evenSpans(profile, start, interval) };
  },
});

/** `November, 02 2016 00:00:00` or an ISO date; null where the first cell is a figure. */
function datedDay(cell: unknown): number | null {
  if (typeof cell !== 'string' || /^-?\d+(\.\d+)?$/.test(cell)) return null;
  const parts = /^([A-Z][a-z]+), (\d\d) (\d{4})\b/.exec(cell) ?? null;
  const ms = Date.parse(parts ? `${parts[2]} ${parts[1]} ${parts[3]} UTC` : `${cell.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(ms)) throw new ForecastError('The club’s day has no date that could be read.');
  return ms / 86_400_000;
}
