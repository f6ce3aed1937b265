import { clockOf, minutesOf } from '../../lib/time-of-day.ts';
import type { Previewed, PreviewWords } from '../previewed.ts';
import { across, PLOT_HEIGHT } from '../schedule-plot.ts';
import { type PreviewView, readAt } from '../schedule-preview.ts';
import { handOf, onDrag, onKeys, place, SVG, shareAt } from './hand.ts';

export interface Hands {
  /** Puts the lines where the fields say, over a picture that was drawn anew. */
  follow(seen: Previewed, view: PreviewView): void;
}

export interface HandsDeps {
  readonly words: PreviewWords;
  /** A field has another value. */
  moved(): void;
}

const STEP_MIN = 15;
const DAY_MIN = 1440;
/** Time fields that have a line in the picture: the deadline, a timer's windows, and times in which it never runs. */
const FIELDS = [
  'readyBy',
  'timer1from',
  'timer1to',
  'timer2from',
  'timer2to',
  'never1from',
  'never1to',
  'never2from',
  'never2to',
];

interface Scene {
  readonly seen: Previewed;
  readonly view: PreviewView;
}

/** A line over the picture: it reads, or it moves the time of a field. Sliders, so that arrow keys do what dragging does. */
export function installHands(stage: HTMLElement, form: HTMLFormElement, deps: HandsDeps): Hands {
  const { words } = deps;
  const layer = document.createElementNS(SVG, 'svg');
  layer.setAttribute('class', 'hands');
  layer.setAttribute('height', String(PLOT_HEIGHT));
  stage.append(layer);
  let scene: Scene | undefined;
  let readTime: number | null = null;

  const reader = handOf(words.t('schedule.read.cursor'), 'hand reads');
  layer.append(reader);
  const read = (time: number): void => {
    if (!scene) return;
    const { view, seen } = scene;
    readTime = Math.min(view.until - 1, Math.max(view.start, time));
    const said = readAt(readTime, seen, view.cells, words);
    place(reader, across(view)(readTime), { now: readTime, least: view.start, most: view.until, words: said });
    const line = document.getElementById('plan-read');
    if (line) line.textContent = said;
  };
  onKeys(reader, (steps) => {
    const { view } = scene ?? {};
    if (!view || readTime === null) return;
    const at = view.cells.findIndex(({ start, end }) => start <= (readTime ?? 0) && (readTime ?? 0) < end);
    read(view.cells[Math.min(view.cells.length - 1, Math.max(0, at + steps))]?.start ?? readTime);
  });
  onDrag(reader, stage, (share) => scene && read(scene.view.start + share * (scene.view.end - scene.view.start)));
  stage.addEventListener('pointermove', (event) => {
    if (event.buttons === 0 && scene)
      read(scene.view.start + shareAt(stage, event) * (scene.view.end - scene.view.start));
  });

  const fields = FIELDS.flatMap((name) => {
    const input = form.elements.namedItem(name);
    return input instanceof HTMLInputElement ? [handle(input)] : [];
  });

  function handle(input: HTMLInputElement) {
    const group = input.closest('fieldset')?.querySelector('legend')?.textContent ?? '';
    const label = input.labels?.[0]?.textContent ?? input.name;
    const hand = handOf(input.name === 'readyBy' ? label : `${group} ${label}`, 'hand');
    layer.append(hand);
    const set = (minutes: number): void => {
      const text = clockOf(Math.round(minutes / STEP_MIN) * STEP_MIN);
      if (input.value === text) return;
      input.value = text;
      deps.moved();
    };
    onKeys(hand, (steps) => set(minutesOf(input.value) + steps * STEP_MIN));
    onDrag(hand, stage, (share) => {
      if (!scene) return;
      const { start, end } = scene.view;
      set(minutesOf(words.clockTime((start + share * (end - start)) * 1000)));
    });
    return { input, hand };
  }

  return {
    follow(seen, view) {
      scene = { seen, view };
      read(readTime ?? seen.now);
      for (const { input, hand } of fields) {
        const time = input.disabled || !counts(input.name, seen) ? null : timeOf(input, seen, view, words);
        // `hidden` means nothing on a part of a picture.
        hand.setAttribute('visibility', time === null ? 'hidden' : 'visible');
        hand.setAttribute('tabindex', time === null ? '-1' : '0');
        if (time === null) continue;
        place(hand, across(view)(time), { now: minutesOf(input.value), least: 0, most: DAY_MIN, words: input.value });
      }
    },
  };
}

function counts(name: string, { mode }: Previewed): boolean {
  return name.startsWith('timer') ? mode === 'timer' : mode === 'smart';
}

/** The first moment in the picture at which the clock shows what is in the field. */
function timeOf(
  input: HTMLInputElement,
  seen: Previewed,
  { start, until }: PreviewView,
  words: PreviewWords,
): number | null {
  if (input.value === '') return null;
  if (input.name === 'readyBy') return seen.deadline;
  const ahead = (minutesOf(input.value) - minutesOf(words.clockTime(start * 1000)) + DAY_MIN) % DAY_MIN;
  const time = start + ahead * 60;
  return time <= until ? time : null;
}
