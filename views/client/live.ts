import { clockTime, type Language, quantity } from '../format.ts';
import { askAbout, installAsks } from './asks.ts';
import { installCopying } from './copy.ts';
import { startCountdown } from './countdown.ts';
import { refresh, show } from './fragment.ts';
import { type HubEvent, listen, type Values } from './stream.ts';
import { installSwitches } from './switches.ts';

/**
 * Makes a page live: figures marked `data-feed` or `data-input` follow the hub's stream in the words the server would
 * use; every other word is the server's own, fetched again when a state may have changed and once a minute.
 */
const MINUTE_MS = 60_000;
const SOON_MS = 1200;
const EVENT_MS = 250;
const NOTICE_MS = 10_000;

const language = document.documentElement.lang.slice(0, 2) as Language;
const { wordLive = '', wordAway = '', zone = 'UTC' } = document.body.dataset;
/** When each feed or input last moved here, so that an answer already on its way cannot put an older figure back. */
const moved = new Map<string, number>();
const asked = new Set<string>();
let heard = clockTime(undefined, zone);
let eventful: ReturnType<typeof setTimeout> | undefined;
let soon: ReturnType<typeof setTimeout> | undefined;
let stale: ReturnType<typeof setTimeout> | undefined;

listen({ values, event, there, away });
document.documentElement.classList.add('has-script');
installSwitches({ show: (html) => show(html, keptSince(performance.now())), renew });
startCountdown(renew);
installAsks();
setTimeout(forgetNotice, NOTICE_MS);
setInterval(() => {
  if (document.visibilityState === 'visible' && document.querySelector('main [data-fragment]')) void renew();
}, MINUTE_MS);
watchMeter();

function values({ feeds, inputs }: Values): void {
  heard = clockTime(undefined, zone);
  for (const [id, reading] of Object.entries(feeds)) move('feed', id, reading);
  for (const [id, reading] of Object.entries(inputs)) move('input', id, reading);
}

function move(kind: 'feed' | 'input', id: string, [time, value]: [number, number | null]): void {
  const places = document.querySelectorAll<HTMLElement>(`[data-${kind}="${id}"]`);
  if (places.length === 0) askFor(kind + id);
  for (const place of places) {
    // What the page came with is no news; later two readings may bear the same second.
    const { time: drawn, seen = `${drawn}` } = place.dataset;
    place.dataset.seen = `${time} ${value}`;
    if (seen === place.dataset.seen || seen === String(time)) continue;
    moved.set(kind + id, performance.now());
    write(place, value);
    if (place.id === 'now') meterMoved(place);
    else place.classList.add('is-live');
  }
}

/** What a form did is said for a while; the page that is fetched after that is about now. */
function forgetNotice(): void {
  if (document.querySelector('#said .notice')) history.replaceState(null, '', location.pathname + location.hash);
}

/** Devices speak in bursts: the page is asked once for all of it. */
function event(name: HubEvent, data: unknown): void {
  if (document.querySelector('main[data-whole], #inbox')) {
    clearTimeout(eventful);
    eventful = setTimeout(() => void renew(), EVENT_MS);
  }
  // Where the requests stand in full nobody needs a popup.
  if (name !== 'pairing' || document.getElementById('inbox')) return;
  const { requests = [] } = data as { requests?: { request: string; state: string }[] };
  void askAbout(requests.filter(({ state }) => state === 'waiting').map(({ request }) => request));
}

function write(place: HTMLElement, value: number | null): void {
  const { figure, unit } = quantity(value, place.dataset.unit ?? '', language);
  const figurePlace = place.querySelector('.figure');
  const unitPlace = place.querySelector('.u');
  if (figurePlace) figurePlace.textContent = figure;
  if (unitPlace) unitPlace.textContent = unit;
  if (!figurePlace) place.textContent = unitPlace ? figure : `${figure} ${unit}`.trim();
  const words = place.closest('li')?.querySelector('.heard');
  if (words) words.textContent = '';
}

function meterMoved(meter: HTMLElement): void {
  meter.className = 'live';
  document.getElementById('now-state')?.replaceChildren();
  document.getElementById('now-lost')?.replaceChildren();
  setPulse('pulse', wordLive);
  watchMeter();
}

/** Asks the server for its words once the meter has missed so many readings that its state may have changed. */
function watchMeter(): void {
  const patience = Number(document.getElementById('now')?.dataset.patience);
  clearTimeout(stale);
  if (patience > 0) stale = setTimeout(() => void renew(), patience * 1000);
}

/** A feed or input that is not on the page may belong there: the page is asked for once, shortly. */
function askFor(name: string): void {
  if (asked.has(name) || !document.querySelector('main[data-whole]')) return;
  asked.add(name);
  clearTimeout(soon);
  soon = setTimeout(() => void renew(), SOON_MS);
}

function there(again: boolean): void {
  heard = clockTime(undefined, zone);
  const wasAway = document.body.classList.contains('is-away');
  document.body.classList.remove('is-away');
  if (again || wasAway) void renew();
}

function away(): void {
  if (document.body.classList.contains('is-away')) return;
  document.body.classList.add('is-away');
  setPulse('pulse is-off', wordAway.replace('{time}', heard));
}

function setPulse(look: string, words: string): void {
  const pulse = document.getElementById('pulse');
  if (!pulse || pulse.textContent === words) return;
  pulse.className = look;
  pulse.textContent = words;
}

async function renew(): Promise<void> {
  if (!document.querySelector('[data-fragment]')) return;
  const started = performance.now();
  const main = document.querySelector('main');
  await refresh(keptSince(started));
  const shown = document.querySelector('main');
  if (shown && shown !== main) {
    installCopying(shown);
    // for the page's other scripts, which know nothing of this one
    document.dispatchEvent(new Event('hearth:main'));
  }
  watchMeter();
}

/** Whether a part shows something newer than an answer that was asked for at `started`. */
function keptSince(started: number): (part: HTMLElement) => boolean {
  return ({ dataset: { feed, input } }) => {
    const name = feed === undefined ? `input${input}` : `feed${feed}`;
    return (moved.get(name) ?? -1) > started;
  };
}
