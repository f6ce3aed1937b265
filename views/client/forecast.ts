import { PLOT_HEIGHT } from '../schedule-plot.ts';
import { handOf, onDrag, onKeys, place, SVG, shareAt } from './hand.ts';

/** A line over each picture of figures by the hour, which says the figure below it: arrow keys, finger and mouse alike. */
type Cell = readonly [start: number, end: number, words: string];

const SAY_MS = 1000;

installAll();
document.addEventListener('hearth:main', installAll);

function installAll(): void {
  for (const stage of document.querySelectorAll<HTMLElement>('.stage[data-cursor]')) install(stage);
}

function install(stage: HTMLElement): void {
  const layer = document.createElementNS(SVG, 'svg');
  layer.setAttribute('class', 'hands');
  layer.setAttribute('height', String(PLOT_HEIGHT));
  const hand = handOf(stage.dataset.cursor ?? '', 'hand reads');
  layer.append(hand);
  stage.append(layer);
  let at = 0;
  let saying: ReturnType<typeof setTimeout> | undefined;

  const read = (index: number, aloud = true): void => {
    const { start, end, cells } = pictureOf(stage);
    at = Math.max(0, Math.min(cells.length - 1, index));
    const [from = start, to = end, words = ''] = cells[at] ?? [];
    layer.setAttribute('visibility', cells.length === 0 ? 'hidden' : 'visible');
    const share = (((from + to) / 2 - start) / (end - start || 1)) * 100;
    place(hand, Math.round(share * 100) / 100, { now: at, least: 0, most: Math.max(0, cells.length - 1), words });
    clearTimeout(saying);
    if (aloud) saying = setTimeout(() => say(stage, words), SAY_MS / 4);
  };
  const readShare = (share: number): void => {
    const { start, end, cells } = pictureOf(stage);
    const time = start + share * (end - start);
    read(cells.findLastIndex(([from]) => from <= time));
  };
  onKeys(hand, (steps) => read(at + steps));
  onDrag(hand, stage, readShare);
  stage.addEventListener('pointermove', (event) => {
    if (event.buttons === 0) readShare(shareAt(stage, event));
  });
  read('last' in stage.dataset ? Number.MAX_SAFE_INTEGER : 0, false);
}

/** As it is drawn now: the hub draws it anew as time passes. */
function pictureOf(stage: HTMLElement): { start: number; end: number; cells: readonly Cell[] } {
  const { start = '0', end = '0', cells = '[]' } = stage.querySelector<HTMLElement>('[data-cells]')?.dataset ?? {};
  return { start: Number(start), end: Number(end), cells: JSON.parse(cells) as Cell[] };
}

function say(stage: HTMLElement, words: string): void {
  const line = document.getElementById(`${stage.id}-read`);
  if (line && line.textContent !== words) line.textContent = words;
}
