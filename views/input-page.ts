import { MOST_AUTO_FEEDS } from '../models/auto-record.ts';
import type { Feed } from '../models/feed.ts';
import type { Input } from '../models/input.ts';
import type { LiveValue } from '../models/live.ts';
import { readMeterName } from '../models/meter-names.ts';
import { ARG } from '../models/process/process.ts';
import { decodeProcessList, isSwitchedOff } from '../models/process/process-list.ts';
import { PROCESSES } from '../models/process/registry.ts';
import type { Who } from '../models/who.ts';
import { grouped, heardWords, INTERVALS, isLive } from './feed-rows.ts';
import type { Words } from './page.ts';
import { feedsOf, listWords, type Names, processWords, stepWords } from './process-words.ts';

export interface PageDeps {
  readonly inputs: { list(account: number): readonly Input[]; find(id: number): Input | undefined };
  readonly feeds: { list(account: number): readonly Feed[]; find(id: number): Feed | undefined };
  readonly live: { get(kind: 'input', id: number): LiveValue | undefined };
}

/** What views/inputs.ejs prints: the inputs by node, live, with what becomes of them. */
export function inputList(deps: PageDeps, who: Who, words: Words) {
  const inputs = deps.inputs.list(who.account);
  const names = namesOf(deps);
  const unused = inputs.filter(({ processList }) => processList === '').length;
  return {
    heading: words.t('inputs.heading', { count: inputs.length }),
    groups: grouped(inputs, ({ node }) => node).map(({ name, items }) => ({
      name,
      rows: items.map((input) => ({
        ...valueRow(deps, input, words),
        id: input.id,
        name: input.name,
        description: input.description,
        steps: listWords(input.processList, names, words),
      })),
    })),
    unused,
    mayWrite: who.role !== 'guest',
    full: unused > 0 && deps.feeds.list(who.account).length >= MOST_AUTO_FEEDS - 1 ? MOST_AUTO_FEEDS : null,
  };
}

/** What views/input.ejs prints: one input, its steps, and everything a further step may be. */
export function inputPage(deps: PageDeps, input: Input, who: Who, words: Words) {
  const names = namesOf(deps);
  const feeds = deps.feeds.list(who.account).filter(({ engine }) => engine !== 7);
  return {
    input: {
      ...valueRow(deps, input, words),
      id: input.id,
      node: input.node,
      name: input.name,
      list: input.processList,
    },
    switchedOff: isSwitchedOff(input.processList),
    steps: decodeProcessList(input.processList).map((step) => stepWords(step, names, words)),
    processes: grouped(offered(), ({ group }) => group)
      .sort((a, b) => placeOf(a.name) - placeOf(b.name))
      .map(({ name, items }) => ({
        name: words.has(`process.group.${name}`) ? words.t(`process.group.${name}`) : name,
        items: items.map(({ key, args }) => ({
          key,
          words: processWords(key, words),
          needs: args
            .map(({ type }) => NEEDS[type])
            .filter(Boolean)
            .join(' '),
          start: String(args.find(({ type }) => type === ARG.value)?.default ?? ''),
        })),
      })),
    feedGroups: grouped(feeds, ({ tag }) => tag ?? ''),
    inputGroups: grouped(deps.inputs.list(who.account), ({ node }) => node),
    newUnit: readMeterName(input.name).unit,
    newInterval: nodeInterval(deps, input, who),
    intervals: INTERVALS,
    mayWrite: who.role !== 'guest',
  };
}

/** As often as the node's feeds are kept: its readings come together. */
function nodeInterval({ inputs, feeds }: PageDeps, input: Input, who: Who): number {
  const node = inputs.list(who.account).filter(({ node }) => node === input.node);
  const kept = node.flatMap(({ processList }) => feedsOf(processList).map((id) => feeds.find(id)?.interval ?? 0));
  return kept.find((interval) => INTERVALS.some((offered) => offered === interval)) ?? INTERVALS[0];
}

const GROUPS = [
  'Main',
  'Calibration',
  'Power & Energy',
  'Limits',
  'Input',
  'Feed',
  'Pulse',
  'Conditional',
  'Conditional - User value',
  'Conditional - Event',
  'Event',
  'Misc',
];
const NEEDS: Readonly<Record<number, string>> = {
  [ARG.value]: 'value',
  [ARG.input]: 'input',
  [ARG.feed]: 'feed',
  [ARG.text]: 'text',
  [ARG.none]: '',
};

/** Where a group stands in the list of steps; one that is not known yet comes last. */
function placeOf(group: string): number {
  const place = GROUPS.indexOf(group);
  return place < 0 ? GROUPS.length : place;
}

/** What a person may choose: what runs on inputs and asks for nothing the form has no field for. */
function offered() {
  return PROCESSES.filter(
    ({ step, deleted, internalerror, context, args }) =>
      step && !deleted && !internalerror && context !== 'virtual' && args.every(({ type }) => type in NEEDS),
  );
}

function valueRow({ live }: PageDeps, input: Input, words: Words) {
  const rawUnit = readMeterName(input.name).unit;
  const heardAt = live.get('input', input.id)?.at;
  const last = input.time === null ? undefined : { time: input.time, value: input.value };
  return {
    ...words.quantity(input.value, rawUnit),
    rawUnit,
    time: input.time,
    live: isLive(20, heardAt, words.now),
    heard: heardWords({ last, heardAt }, words),
  };
}

function namesOf({ feeds, inputs }: PageDeps): Names {
  return { feed: (id) => feeds.find(id)?.name, input: (id) => inputs.find(id)?.name };
}
