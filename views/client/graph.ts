import uPlot from 'uplot';
import type { FeedWindows } from '../../models/feed-windows.ts';
import { inUnits } from '../../models/graph-step.ts';
import { clockTime, moment, number, quantity } from '../format.ts';
import { columnsOf, fetchWindows, type GraphSetup } from './graph-data.ts';
import { HEIGHT, plotOptions, seriesIndexes } from './graph-draw.ts';
import { swapFigures } from './graph-figures.ts';
import { listenToHands } from './graph-hands.ts';
import { panned, type View, zoomed } from './graph-view.ts';

const FETCH_AFTER_MS = 180;
const FIGURES_AFTER_MS = 700;
const SAY_EVERY_MS = 1000;
const REFRESH_MS = 30_000;

const stage = document.getElementById('graph');
if (stage?.dataset.graph) void start(stage, JSON.parse(stage.dataset.graph) as GraphSetup);

async function start(stage: HTMLElement, setup: GraphSetup): Promise<void> {
  const home = location.href;
  const whole: View = { start: setup.start, end: setup.end };
  let view = whole;
  let loading = new AbortController();
  let fetchTimer = 0;
  let figuresTimer = 0;
  let plot: uPlot | null = null;

  const load = async () => {
    loading.abort();
    loading = new AbortController();
    const { signal } = loading;
    const seen = view;
    try {
      const all = await fetchWindows(setup.feeds, seen, signal);
      if (signal.aborted) return;
      plot ??= unfold(all);
      plot.setData(columnsOf(setup.feeds, all, seen), false);
      plot.setScale('x', { min: view.start, max: view.end });
      const note = document.getElementById('graph-note');
      if (note) note.textContent = setup.words.note.replace('{step}', stepWords(all[0]!.step, setup));
    } catch {
      // The old drawing stays; the next move or refresh asks again.
    }
  };

  const go = (next: View) => {
    view = next;
    plot?.setScale('x', { min: view.start, max: view.end });
    clearTimeout(fetchTimer);
    fetchTimer = setTimeout(load, FETCH_AFTER_MS);
    const address = view === whole ? home : addressOf(setup, view);
    clearTimeout(figuresTimer);
    figuresTimer = setTimeout(() => {
      history.replaceState(null, '', address);
      void swapFigures(address);
    }, FIGURES_AFTER_MS);
  };

  const unfold = (all: readonly FeedWindows[]) => {
    const made = new uPlot(plotOptions(setup, stage.clientWidth), columnsOf(setup.feeds, all, view));
    stage.replaceChildren(made.root);
    listenToHands(made.over, { view: () => view, go, whole: () => go(whole) });
    listenToKeys(stage, made, setup, { view: () => view, go, whole: () => go(whole) });
    listenToChecks(made);
    made.hooks.setCursor = [() => read(made, setup)];
    new ResizeObserver(() => made.setSize({ width: stage.clientWidth, height: HEIGHT })).observe(stage);
    for (const query of ['(prefers-color-scheme: dark)', '(forced-colors: active)']) {
      matchMedia(query).addEventListener('change', () => made.redraw());
    }
    return made;
  };

  await load();
  setInterval(() => {
    const now = (performance.timeOrigin + performance.now()) / 1000;
    if (!document.hidden && view.start < now && now < view.end) void load();
  }, REFRESH_MS);
}

interface Moves {
  view(): View;
  go(view: View): void;
  whole(): void;
}

/** The keyboard's twin of everything the mouse can do; what is read is said politely, at most once a second. */
function listenToKeys(stage: HTMLElement, plot: uPlot, setup: GraphSetup, moves: Moves): void {
  stage.tabIndex = 0;
  stage.setAttribute('role', 'application');
  stage.setAttribute('aria-label', setup.words.use);
  document.documentElement.classList.add('has-graph');
  const say = speaker();
  const step = (by: number) => {
    const times = plot.data[0];
    const { start, end } = moves.view();
    const from =
      plot.cursor.idx ?? (by > 0 ? times.findIndex((t) => t >= start) - 1 : times.findLastIndex((t) => t <= end) + 1);
    const at = times[Math.min(times.length - 1, Math.max(0, from + by))];
    if (at === undefined) return;
    if (at < start || at > end) moves.go(panned(moves.view(), ((end - start) / 2) * Math.sign(by)));
    plot.setCursor({ left: plot.valToPos(at, 'x'), top: 10 });
    say(read(plot, setup));
  };
  const zoom = (factor: number) => {
    const { start, end } = moves.view();
    const { idx } = plot.cursor;
    moves.go(zoomed(moves.view(), factor, (idx == null ? undefined : plot.data[0][idx]) ?? (start + end) / 2));
  };
  const keys: Record<string, () => void> = {
    ArrowLeft: () => step(-1),
    ArrowRight: () => step(1),
    PageUp: () => step(-10),
    PageDown: () => step(10),
    '+': () => zoom(0.5),
    '=': () => zoom(0.5),
    '-': () => zoom(2),
    '−': () => zoom(2),
    '0': () => moves.whole(),
  };
  stage.addEventListener('keydown', (event) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });
}

function listenToChecks(plot: uPlot): void {
  const boxes = document.querySelectorAll<HTMLInputElement>('#graph-form input[type="checkbox"]');
  boxes.forEach((box, index) => {
    const show = () => {
      for (const series of seriesIndexes(index)) plot.setSeries(series, { show: box.checked });
    };
    box.addEventListener('change', show);
    if (!box.checked) show();
  });
}

/** Writes the values under the cursor beside the names, and returns them as a sentence. */
function read(plot: uPlot, setup: GraphSetup): string {
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

function speaker(): (words: string) => void {
  const place = document.getElementById('graph-say');
  let waiting: string | null = null;
  let busy = false;
  const speak = () => {
    busy = waiting !== null;
    if (waiting === null) return;
    if (place) place.textContent = waiting;
    waiting = null;
    setTimeout(speak, SAY_EVERY_MS);
  };
  return (words) => {
    waiting = words;
    if (!busy) speak();
  };
}

function stepWords(seconds: number, { words, language }: GraphSetup): string {
  const { count, unit } = inUnits(seconds);
  return (words.steps[unit] ?? '{count}').replace('{count}', number(count, language));
}

function addressOf(setup: GraphSetup, view: View): string {
  const feeds = setup.feeds.map(({ id }) => id).join(',');
  return `/graph?feed=${feeds}&start=${view.start}&end=${view.end}`;
}
