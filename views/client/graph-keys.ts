import type uPlot from 'uplot';
import type { GraphSetup } from './graph-data.ts';
import type { Hands } from './graph-hands.ts';
import { read } from './graph-read.ts';
import { panned, zoomed } from './graph-view.ts';

const SAY_EVERY_MS = 1000;

/** The keyboard's twin of everything the mouse can do; what is read is said politely, at most once a second. */
export function listenToKeys(stage: HTMLElement, plot: uPlot, setup: GraphSetup, hands: Hands): void {
  stage.tabIndex = 0;
  stage.setAttribute('role', 'application');
  stage.setAttribute('aria-label', setup.words.use);
  document.documentElement.classList.add('has-graph');
  const say = speaker();
  const step = (by: number) => {
    const times = plot.data[0];
    const { start, end } = hands.view();
    const from = plot.cursor.idx ?? plot.posToIdx(by > 0 ? 0 : plot.over.clientWidth) - by;
    const at = times[Math.min(times.length - 1, Math.max(0, from + by))];
    if (at === undefined) return;
    if (at < start || at > end) hands.go(panned(hands.view(), ((end - start) / 2) * Math.sign(by)));
    plot.setCursor({ left: plot.valToPos(at, 'x'), top: 10 });
    say(read(plot, setup));
  };
  const zoom = (factor: number) => {
    const { start, end } = hands.view();
    const { idx } = plot.cursor;
    hands.go(zoomed(hands.view(), factor, (idx == null ? undefined : plot.data[0][idx]) ?? (start + end) / 2));
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
    '0': () => hands.whole(),
  };
  stage.addEventListener('keydown', (event) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });
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
