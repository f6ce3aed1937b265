import { deadlineOf, type Impossible, type Period, type Problem } from './problem.ts';

/** How far beyond the deadline another one is looked for. */
const LATER = 7 * 86_400;

/** What could be done of a run that does not fit. `fits` finds a plan at any price. */
export function possible(problem: Problem, fits: (problem: Problem) => readonly Period[] | null): Impossible {
  const { within: _, ...wish } = problem;
  const deadline = deadlineOf(problem);
  const later = fits({ ...wish, readyBy: Math.max(deadline, problem.now) + LATER });
  return { longest: longestRun({ ...wish, readyBy: deadline }, fits), earliest: later?.at(-1)?.[1] ?? null };
}

/** Halves until it knows to the second. What is returned fits. */
function longestRun(problem: Problem, fits: (problem: Problem) => readonly Period[] | null): number {
  let [fit, not] = [0, problem.run];
  while (not - fit > 1) {
    const run = Math.floor((fit + not) / 2);
    if (fits({ ...problem, run })) fit = run;
    else not = run;
  }
  return fit;
}
