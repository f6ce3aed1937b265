import { deadlineOf, type Impossible, type Period, type Problem } from './problem.ts';

/** How far beyond the deadline another one is looked for. */
const LATER = 7 * 86_400;

type Fits = (problem: Problem) => readonly Period[] | null;

/** What could be done of a run that does not fit. `fits` finds a plan at any price. */
export function possible(problem: Problem, fits: Fits): Impossible {
  const { within: _, ...wish } = problem;
  const deadline = deadlineOf(problem);
  return { longest: longestRun({ ...wish, readyBy: deadline }, fits), earliest: earliestEnd(wish, deadline, fits) };
}

/** Halves until it knows to the second. What is returned fits. */
function longestRun(problem: Problem, fits: Fits): number {
  let [fit, not] = [0, problem.run];
  while (not - fit > 1) {
    const run = Math.floor((fit + not) / 2);
    if (fits({ ...problem, run })) fit = run;
    else not = run;
  }
  return fit;
}

/** As `longestRun`; what fits by one deadline fits by every later one. */
function earliestEnd(problem: Problem, deadline: number, fits: Fits): number | null {
  const later = fits({ ...problem, readyBy: Math.max(deadline, problem.now) + LATER })?.at(-1);
  if (!later) return null;
  let [not, fit] = [deadline, later[1]];
  while (fit - not > 1) {
    const readyBy = Math.floor((not + fit) / 2);
    if (fits({ ...problem, readyBy })) fit = readyBy;
    else not = readyBy;
  }
  return fit;
}
