import { systemClock } from '../../../lib/clock.ts';
import { createLog } from '../../../lib/log.ts';
import { ManualClock } from '../../../lib/manual-clock.ts';
import { openSeries } from '../../../models/timeseries/open.ts';
import type { Series } from '../../../models/timeseries/series.ts';
import { seeded } from '../chance.ts';
import { Content, contentOf } from '../engine/content.ts';
import { MemoryDisk } from '../engine/memory-disk.ts';
import { F, play, STEP_SECONDS, type Step, standardScenario } from '../engine/scenario.ts';
import { CutDisk, type Weather } from './cut-disk.ts';
import { type Happening, RecordedDisk } from './recorded-disk.ts';

export interface PowerOptions {
  readonly seed: number;
  readonly states: number;
  readonly budgetMs: number;
  readonly progress?: (states: number) => void;
}

export interface PowerResult {
  readonly states: number;
  /** Recorded calls after which the power was cut. */
  readonly moments: number;
  /** The age in seconds of the oldest reading that was lost. */
  readonly oldestLoss: number;
  readonly problems: readonly string[];
}

const APPENDS = 60;
const FEEDS = [1, 2, 3];

/**
 * Records the file calls of the standard scenario, cuts the power after each of them in many ways that a disk is allowed,
 * and opens what is left: it must open, hold everything that was synced, and no value that was never said.
 */
export async function cutPower(options: PowerOptions): Promise<PowerResult> {
  const chance = seeded(options.seed);
  const end = systemClock.monotonic() + options.budgetMs;
  const problems: string[] = [];
  let [states, moments, oldestLoss] = [0, 0, 0];
  while (states < options.states && problems.length < 20 && systemClock.monotonic() < end) {
    const steps = standardScenario(chance, APPENDS);
    const happenings = await record(steps, chance);
    const contents = contentsOf(steps);
    const disk = new CutDisk();
    let [asked, certain] = [0, 0];
    // Every recording is cut after each of its calls; a budget of few states takes some of them by chance.
    const each = Math.min(4, options.states / happenings.length);
    for (const happening of happenings) {
      disk.play(happening);
      if (happening.what === 'note') {
        if ('asked' in happening.note) asked = happening.note.asked;
        else certain = happening.note.certain;
        continue;
      }
      moments += 1;
      const cuts = Math.floor(each) + (chance() < each % 1 ? 1 : 0);
      for (let n = 0; n < cuts; n += 1) {
        const weather = weatherOf(chance);
        const found = await look(disk.cut(weather, chance), states % 25 === 0);
        states += 1;
        const said = contents.slice(certain, asked + 1);
        const wrong = typeof found === 'string' ? found : judge(found, said);
        if (wrong)
          problems.push(`recording of ${happenings.length}, ${happening.what} ${moments}, ${show(weather)}: ${wrong}`);
        else if (typeof found !== 'string') oldestLoss = Math.max(oldestLoss, lossOf(found, steps, asked, certain));
      }
      if (states % 10_000 < cuts) options.progress?.(states);
      if (systemClock.monotonic() > end) break;
    }
  }
  if (oldestLoss > F) problems.push(`a reading ${oldestLoss} s old was lost, and F is ${F} s`);
  return { states, moments, oldestLoss, problems };
}

/** Plays the steps on a recorded disk. Appends and syncs overlap; what works on files waits for what came before, as a hub's page does. */
async function record(steps: readonly Step[], chance: () => number): Promise<readonly Happening[]> {
  const disk = new RecordedDisk(chance);
  const series = await openSeries({
    folder: '/s/feeds',
    journal: '/s/journal',
    files: disk,
    clock: new ManualClock(),
    log: createLog('silent'),
    segmentBytes: 1500,
  });
  let certain = 0;
  let pending: Promise<void>[] = [];
  for (const [index, step] of steps.entries()) {
    const asked = index + 1;
    disk.note({ asked });
    const done = play(series, step).then(() => {
      if (step.do === 'append' || step.do === 'flush due') return;
      certain = Math.max(certain, asked);
      disk.note({ certain });
    });
    pending.push(done);
    // One reading may come while a sync or another reading is under way; ten seconds later a disk has answered.
    const alone = step.do === 'append' || step.do === 'sync';
    if (!alone || pending.length > 1 || chance() < 0.5) {
      await Promise.all(pending);
      pending = [];
    }
  }
  await Promise.all(pending);
  await series.close();
  return disk.happenings;
}

/** What should be there after none, one, two … of the steps. */
function contentsOf(steps: readonly Step[]): readonly Content[] {
  const contents = [new Content()];
  for (const step of steps) {
    const next = contents.at(-1)?.copy() ?? new Content();
    next.apply(step);
    contents.push(next);
  }
  return contents;
}

function weatherOf(chance: () => number): Weather {
  return {
    sector: chance() < 0.5 ? 512 : 4096,
    kept: [0, 0.2, 0.5, 0.8, 0.95][Math.floor(chance() * 5)] ?? 0,
    names: (['in order', 'by folder', 'any'] as const)[Math.floor(chance() * 3)] ?? 'any',
  };
}

/** What an open finds, or why it found nothing. `twice`: it is killed, opened and put away once more, and must find the same. */
async function look(files: ReadonlyMap<string, Buffer>, twice: boolean): Promise<Content | string> {
  try {
    const disk = new MemoryDisk(files);
    const series = await open(disk);
    const found = await contentOf(series, FEEDS);
    if (!twice) return found;
    const again = await open(new MemoryDisk(disk.contents()));
    await again.flush('all');
    await again.close();
    if ((await contentOf(await open(new MemoryDisk(disk.contents())), FEEDS)).text() !== found.text())
      return 'the second open finds something else';
    return found;
  } catch (error) {
    return `it does not open: ${String(error)}`;
  }
}

function open(files: MemoryDisk): Promise<Series> {
  const [clock, log] = [new ManualClock(), createLog('silent')];
  return openSeries({ folder: '/s/feeds', journal: '/s/journal', files, clock, log });
}

/** What is wrong: a value that none of the contents has at its time. */
function judge(found: Content, said: readonly Content[]): string | null {
  const [certain] = said;
  const feeds = new Set([...found.feeds.keys(), ...(certain?.feeds.keys() ?? [])]);
  for (const id of feeds) {
    if (!said.some((content) => content.feeds.has(id) === found.feeds.has(id))) return `feed ${id} is or is not there`;
    const values = found.feeds.get(id)?.values ?? new Map<number, number>();
    const lasting = certain?.feeds.get(id)?.values ?? new Map<number, number>();
    for (const time of new Set([...values.keys(), ...lasting.keys()])) {
      const value = values.get(time);
      if (lasting.get(time) === value) continue;
      if (!said.some((content) => content.feeds.get(id)?.values.get(time) === value))
        return `feed ${id} at ${time} has ${value ?? 'no value'}, and ${lasting.get(time) ?? 'none'} was synced`;
    }
  }
  return null;
}

/** How old the oldest reading is that was handed over last for its time and is not there. */
function lossOf(found: Content, steps: readonly Step[], asked: number, certain: number): number {
  // A reading that came while the sync was under way came at its time.
  const coincident = steps[asked - 1]?.do === 'append' && steps[asked - 2]?.do === 'sync' && certain < asked - 1;
  let age = coincident ? -STEP_SECONDS : 0;
  let oldest = 0;
  for (const step of steps.slice(0, asked).toReversed()) {
    if (step.do === 'remove' || step.do === 'clear' || step.do === 'trim') break;
    if (step.do !== 'append') continue;
    age += STEP_SECONDS;
    for (const change of step.changes)
      if (change.kind === 'point' && change.feed === 1 && !found.feeds.get(1)?.values.has(change.time)) oldest = age;
  }
  return oldest;
}

function show({ sector, kept, names }: Weather): string {
  return `${sector} B, ${kept} kept, names ${names}`;
}
