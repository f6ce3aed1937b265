import { parseArgs } from 'node:util';
import { plan } from '../../models/planner/plan.ts';
import { isPlan, type Problem } from '../../models/planner/problem.ts';
import { seeded } from '../campaign/chance.ts';
import { carSchedule, runsOfHub, type Signal } from './herd/hubs.ts';
import { Tally } from './herd/tally.ts';
import { figure } from './shared/ratio.ts';

const HELP = `Ten thousand homes with cars follow the same price, cheap from 00:30 to 05:30: how many charge and how many start at once.

npm run bench herd -- [options]
  --homes <N>   how many (default 10000)
  --seed <N>    what chooses how long each charges, and its place among equals (default 1)
`;
const { values: args } = parseArgs({
  options: {
    homes: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', short: 'h' },
  },
});
const MINUTE = 60;
const EVENING = 1_750_014_000;
/** 20:00 to 08:00 in half-hours, cheap from 00:30 to 05:30. */
const PROFILE = Array.from({ length: 24 }, (_, slot) => (slot >= 9 && slot < 19 ? 7 : 25));

const KINDS: readonly [string, Partial<Problem>][] = [
  ['in pieces', { interruptible: true }],
  ['one piece', { interruptible: false }],
  ['runs of half an hour', { interruptible: true, minRun: 1800 }],
  ['runs of half an hour, rests of a quarter', { interruptible: true, minRun: 1800, minRest: 900 }],
  ['runs of an hour, two starts', { interruptible: true, minRun: 3600, maxStarts: 2 }],
  ['two blocks', { interruptible: true, blocks: 2 }],
  ['three blocks of 20 min, half an hour apart', { interruptible: true, blocks: 3, minRun: 1200, minRest: 1800 }],
];

/** The signal at 17:00, and a revision at 21:00 that makes the cheap hours a little cheaper from 02:00 on. */
const SIGNALS: readonly Signal[] = [
  { at: EVENING - 3 * 3600, start: EVENING, profile: PROFILE },
  { at: EVENING + 3600, start: EVENING, profile: PROFILE.map((price, slot) => (slot >= 12 && slot < 19 ? 6 : price)) },
];

if (args.help) console.log(HELP);
else {
  for (const [name, rules] of KINDS) for (const isSpread of [false, true]) console.log(simulate(name, rules, isSpread));
  for (const [name, interruptible] of [
    ['in pieces', true],
    ['one piece', false],
  ] as const)
    for (const isSpread of [false, true]) console.log(simulateHubs(name, interruptible, isSpread));
}

/** The homes' hubs plan by their own rules, each with the place among equals that it drew when it was set up. */
function simulateHubs(name: string, interruptible: boolean, isSpread: boolean): string {
  const tallies = [SIGNALS.slice(0, 1), SIGNALS].map((signals) => {
    const chance = seeded(Number(args.seed));
    const tally = new Tally();
    for (let home = 0; home < Number(args.homes); home += 1) {
      const seconds = MINUTE * Math.round(60 + 180 * chance());
      const spread = chance();
      for (const period of runsOfHub(carSchedule(seconds, interruptible), signals, isSpread ? spread : 0))
        tally.add(period);
    }
    return tally.told(Number(args.homes));
  });
  return `hubs, ${name}, ${isSpread ? 'spread' : 'all alike'}: ${tallies[0]}; with a revision at 21:00: ${tallies[1]}`;
}

function simulate(name: string, rules: Partial<Problem>, isSpread: boolean): string {
  const chance = seeded(Number(args.seed));
  const homes = Number(args.homes);
  const tally = new Tally();
  let cost = 0;
  for (let home = 0; home < homes; home += 1) {
    const run = MINUTE * Math.round(60 + 180 * chance());
    const spread = chance();
    const problem: Problem = {
      ...{ start: EVENING, interval: 1800, profile: PROFILE, optimise: 'min', now: EVENING },
      ...{ readyBy: EVENING + 12 * 3600, run, interruptible: true, ...rules, ...(isSpread ? { spread } : {}) },
    };
    const outcome = plan(problem);
    if (!isPlan(outcome)) continue;
    cost += outcome.cost;
    for (const period of outcome.periods) tally.add(period);
  }
  return `${name}, ${isSpread ? 'spread ' : 'earliest'}: ${tally.told(homes)}; ${figure(cost / homes, 3)} a home at 1 kW`;
}
