import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../lib/project-root.ts';
import { parseRows } from '../simulate/meter/rows.ts';

export const CREDIT =
  'The meter replays a real day: G. Hebrail and A. Berard, “Individual household electric power consumption”, UCI Machine Learning Repository, CC BY 4.0.';

export interface Moment {
  readonly watts: number;
  readonly volts: number;
}

const MINUTES = 1440;
/** The day begins at midnight in Paris; the house in the demo keeps its habits by the same clock. */
const ZONE_MINUTES = 60;

/** The real day of one house, at the same minute of any day. */
export function realDay(): (time: number) => Moment {
  const rows = parseRows(readFileSync(join(projectRoot, 'test/data/household-2007-02-01.csv'), 'utf8'));
  return (time) => {
    const minute = (Math.floor(time / 60) + ZONE_MINUTES) % MINUTES;
    const { active_power_w: watts = 0, voltage_v: volts = 230 } = rows[minute % rows.length]?.values ?? {};
    return { watts, volts };
  };
}
