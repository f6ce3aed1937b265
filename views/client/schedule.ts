import type { Outlook } from '../../models/schedule/outlook.ts';
import type { Schedule } from '../../models/schedule/schedule.ts';
import { readScheduleForm } from '../../models/schedule/schedule-form.ts';
import { clockTime, day, type Language, moment, number } from '../format.ts';
import type { Previewed, PreviewWords } from '../previewed.ts';
import { previewed } from '../schedule-draft.ts';
import { type PreviewView, previewView } from '../schedule-preview.ts';
import { translator } from '../translator.ts';
import { installHands } from './schedule-hands.ts';

/**
 * The editor's live preview: every change of a field is planned here, by the planner the hub uses, and drawn over the same curve.
 * The form stays the hub's own and is sent as without a script.
 */
interface Script {
  readonly base: Schedule;
  readonly outlook: Outlook;
  readonly device: string;
  readonly words: Record<string, string>;
}

const ASK_AFTER_MS = 300;
/** Where each word of a preview stands. */
const PLACES: Readonly<Record<string, string>> = {
  heading: 'plan-h',
  why: 'plan-why',
  note: 'plan-note',
  next: 'plan-next',
  unit: 'plan-unit',
};
const stage = document.getElementById('plan');
const form = document.querySelector<HTMLFormElement>('form#edit');
if (stage?.dataset.plan && form) start(stage, form, JSON.parse(stage.dataset.plan) as Script);

function start(stage: HTMLElement, form: HTMLFormElement, script: Script): void {
  const words = wordsOf(script);
  const opened = performance.now();
  let asking: ReturnType<typeof setTimeout> | undefined;
  const hands = installHands(stage, form, { words, moved: () => draw() });

  /** While something typed cannot be read, the picture stays; a form that came back refused is drawn as far as it can be read. */
  const draw = (isFirst = false): void => {
    clearTimeout(asking);
    const outlook = { ...script.outlook, now: script.outlook.now + Math.round((performance.now() - opened) / 1000) };
    const { draft, wrong } = readScheduleForm(textsOf(form), script.base);
    if (wrong.length > 0 && !isFirst) return;
    performance.mark('preview');
    const seen = previewed(draft, outlook, script.device);
    if (seen) show(seen, previewView(seen, words), hands.follow);
    else asking = setTimeout(() => void askHub(form), ASK_AFTER_MS);
    performance.measure('preview', 'preview');
  };
  form.addEventListener('input', () => draw());
  draw(true);
}

function show(seen: Previewed, view: PreviewView, follow: (seen: Previewed, view: PreviewView) => void): void {
  const { heading, why, note, next, unit } = view;
  for (const [id, words] of Object.entries({ heading, why, note, next, unit })) setText(PLACES[id] ?? '', words);
  setMarkup('plan-svg', view.svg);
  setMarkup('plan-facts', view.facts);
  setMarkup('plan-rows', view.rows);
  follow(seen, view);
}

function setText(id: string, words: string): void {
  const place = document.getElementById(id);
  if (place && place.textContent !== words) place.textContent = words;
}

/** Markup that views/schedule-preview.ts made, whose every word is escaped. */
function setMarkup(id: string, markup: string): void {
  const place = document.getElementById(id);
  if (place) place.innerHTML = markup;
}

/** What is planned by something this page was not handed is previewed by the hub. */
async function askHub(form: HTMLFormElement): Promise<void> {
  const button = form.querySelector<HTMLButtonElement>('button[formaction]');
  const query = new URLSearchParams(textsOf(form));
  try {
    const answer = await fetch(`${button?.formAction ?? location.href}?${query}`, { headers: { accept: 'text/html' } });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const id of [...Object.values(PLACES), 'plan-svg', 'plan-facts', 'plan-rows']) {
      const fresh = page.getElementById(id);
      if (fresh) document.getElementById(id)?.replaceChildren(...fresh.childNodes);
    }
  } catch {
    // The preview stays as it was; saving says what is wrong.
  }
}

function textsOf(form: HTMLFormElement): Record<string, string> {
  return Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
}

function wordsOf({ words, outlook: { zone, now } }: Script): PreviewWords {
  const language = document.documentElement.lang.slice(0, 2) as Language;
  return {
    t: translator(language, new Map(Object.entries(words))),
    language,
    zone,
    number: (value, digits) => number(value, language, digits),
    clockTime: (ms) => clockTime(ms, zone),
    day: (ms) => day(ms, zone, language, now * 1000),
    moment: (ms) => moment(ms, zone, language, now * 1000),
  };
}
