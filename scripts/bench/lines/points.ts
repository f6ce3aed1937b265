/** Line protocol for one upload: `count` moments of ten meters, ten seconds apart from `start` (Unix seconds). */
export function linesFrom(start: number, count: number): string {
  const lines: string[] = [];
  for (let moment = 0; moment < count; moment += 1) {
    for (let meter = 0; meter < METERS; meter += 1) {
      const power = (100 + ((moment * 37 + meter * 101) % 5000)) / 2;
      lines.push(`meter${meter} power=${power} ${start + moment * 10}`);
    }
  }
  return lines.join('\n');
}

/** Meters, each with a measurement of its own. */
export const METERS = 10;
