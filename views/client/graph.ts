import uPlot from 'uplot';
import { inUnits } from '../../models/graph-step.ts';
import type { FeedWindows } from '../../models/triple.ts';
import { number } from '../format.ts';
import { columnsOf, fetchWindows, type GraphSetup } from './graph-data.ts';
import { HEIGHT, plotOptions, seriesIndexes } from './graph-draw.ts';
import { swapFigures } from './graph-figures.ts';
import { listenToHands } from './graph-hands.ts';
import { forgetInk } from './graph-ink.ts';
import { listenToKeys } from './graph-keys.ts';
import { read } from './graph-read.ts';
import type { View } from './graph-view.ts';

const FETCH_AFTER_MS = 180;
const FIGURES_AFTER_MS = 700;
const REFRESH_MS = 30_000;

const stage = document.getElementById('graph');
if (stage?.dataset.graph) void start(stage, JSON.parse(stage.dataset.graph) as GraphSetup);

async function start(stage: HTMLElement, setup: GraphSetup): Promise<void> {
  const home = location.href;
  const whole: View = { start: setup.start, end: setup.end };
  let view = whole;
  let loading = new AbortController();
  let fetchTimer: ReturnType<typeof setTimeout> | undefined;
  let figuresTimer: ReturnType<typeof setTimeout> | undefined;
  let plot: uPlot | null = null;

  const load = async () => {
    loading.abort();
    loading = new AbortController();
    const { signal } = loading;
    const seen = view;
    try {
      const all = await fetchWindows(setup.feeds, seen, stage.clientWidth, signal);
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
    // In a batch the new scale holds at once, so that a cursor can be put on it.
    plot?.batch(() => plot?.setScale('x', { min: view.start, max: view.end }));
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
    const hands = { view: () => view, go, whole: () => go(whole) };
    listenToHands(made.over, hands);
    listenToKeys(stage, made, setup, hands);
    listenToChecks(made);
    made.hooks.setCursor = [readWhenMoved(made, setup)];
    new ResizeObserver(() => made.setSize({ width: stage.clientWidth, height: HEIGHT })).observe(stage);
    for (const query of ['(prefers-color-scheme: dark)', '(forced-colors: active)']) {
      matchMedia(query).addEventListener('change', () => {
        forgetInk();
        made.redraw();
      });
    }
    return made;
  };

  await load();
  setInterval(() => {
    const now = (performance.timeOrigin + performance.now()) / 1000;
    if (!document.hidden && view.start < now && now < view.end) void load();
  }, REFRESH_MS);
}

/**
 * Reads once a frame, and only another reading than before: while the graph is dragged the cursor leaves its reading and
 * comes back to it within each frame.
 */
function readWhenMoved(plot: uPlot, setup: GraphSetup): () => void {
  let [place, data]: [number | null | undefined, uPlot.AlignedData | null] = [undefined, null];
  let waiting = false;
  const look = () => {
    waiting = false;
    if (plot.cursor.idx === place && plot.data === data) return;
    place = plot.cursor.idx;
    data = plot.data;
    read(plot, setup);
  };
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(look);
  };
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

function stepWords(seconds: number, { words, language }: GraphSetup): string {
  const { count, unit } = inUnits(seconds);
  return ((count === 1 ? words.step : words.steps)[unit] ?? '{count}').replace('{count}', number(count, language));
}

function addressOf(setup: GraphSetup, view: View): string {
  const feeds = setup.feeds.map(({ id }) => id).join(',');
  return `/graph?feed=${feeds}&start=${view.start}&end=${view.end}`;
}
