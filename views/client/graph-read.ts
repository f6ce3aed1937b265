import type uPlot from 'uplot';
import { clockTime, moment, quantity } from '../format.ts';
import type { GraphSetup } from './graph-data.ts';
import { seriesIndexes } from './graph-draw.ts';

/** Writes the values under the cursor beside the names, and returns them as a sentence. */
export function read(plot: uPlot, setup: GraphSetup): string {
  const { idx } = plot.cursor;
  const at = idx == null ? undefined : plot.data[0][idx];
  if (idx == null || at === undefined) return '';
  const ms = at * 1000;
  const { min = at, max = at } = plot.scales.x ?? {};
  const time =
    max - min <= 25 * 3600 ? clockTime(ms, setup.zone) : moment(ms, setup.zone, setup.language, ms - 86_400_000);
  const heading = setup.words.at.replace('{time}', time);
  const title = document.getElementById('graph-at');
  if (title) title.textContent = heading;
  const values = setup.feeds.map((feed, i) => {
    const value = near(plot.data[seriesIndexes(i)[0]!], idx);
    const words = value == null ? '–' : `${quantity(value, feed.unit, setup.language).figure} ${feed.unit}`.trim();
    const place = document.querySelector(`[data-value="${feed.id}"]`);
    if (place) place.textContent = words;
    return `${feed.name} ${words}`;
  });
  return `${heading}: ${values.join(', ')}`;
}

/** The value at `idx`, or of its nearest neighbour where another feed's windows lie between. */
function near(column: uPlot.AlignedData[number] | undefined, idx: number): number | null | undefined {
  for (const by of [0, -1, 1, -2, 2]) {
    const value = column?.[idx + by];
    if (value !== undefined) return value;
  }
  return null;
}
