/** A week of the same times of day is looked at. */
export const USUAL_DAYS = 7;
const DAY_S = 86_400;
/** At the least so many of its days must be known, and so much dearer or cheaper than usual a time may be taken to be. */
const LEAST_DAYS = 2;
const MOST_FACTOR = 2;

/**
 * What is to be expected where nothing is known yet, such as of tomorrow before its prices are published: the mean of the same time of day in
 * the week before, times how much dearer than their own usual the known figures from `ahead` on are. `figures` begin `ahead` intervals
 * before the time that is asked for. null where too little is known of the week; undefined where everything is known or nothing can be said.
 */
export function usualFigures(
  figures: readonly (number | null)[],
  ahead: number,
  interval: number,
): (number | null)[] | undefined {
  const perDay = DAY_S / interval;
  if (!Number.isInteger(perDay)) return undefined;
  const asked = figures.slice(ahead);
  if (asked.every((figure) => figure !== null)) return undefined;
  const means = asked.map((_, at) => meanBefore(figures, ahead + at, ahead, perDay));
  if (means.every((mean) => mean === null)) return undefined;
  const factor = factorOf(asked, means);
  return asked.map((figure, at) => (figure === null && means[at] != null ? factor * means[at] : null));
}

/** Of the same time on the days before; what lies ahead does not count for what lies further ahead. */
function meanBefore(figures: readonly (number | null)[], at: number, ahead: number, perDay: number): number | null {
  const first = at - perDay * Math.max(1, Math.ceil((at - ahead + 1) / perDay));
  let [sum, count] = [0, 0];
  for (let day = 0; day < USUAL_DAYS; day += 1) {
    const figure = figures[first - day * perDay] ?? null;
    if (figure === null) continue;
    sum += figure;
    count += 1;
  }
  return count >= LEAST_DAYS ? sum / count : null;
}

function factorOf(asked: readonly (number | null)[], means: readonly (number | null)[]): number {
  let [known, usual] = [0, 0];
  asked.forEach((figure, at) => {
    const mean = means[at] ?? null;
    if (figure === null || mean === null) return;
    known += figure;
    usual += mean;
  });
  return known > 0 && usual > 0 ? Math.min(MOST_FACTOR, Math.max(1 / MOST_FACTOR, known / usual)) : 1;
}
