import { DateTime } from 'luxon';
import type { Reason } from './wanted.ts';

/** A reason as the log of switches keeps it. */
export function reasonInLog(reason: Reason, zone: string): string {
  const at = (time: number) => DateTime.fromSeconds(time, { zone }).toFormat('HH:mm');
  switch (reason.kind) {
    case 'boost':
      return `boost until ${at(reason.until)}`;
    case 'timer':
      return reason.until === null ? 'timer' : `timer, until ${at(reason.until)}`;
    case 'cycle':
      return `run in one piece until ${at(reason.until)}`;
    case 'run':
      return `planned until ${at(reason.until)}, to be ready by ${at(reason.readyBy)}`;
    case 'wait':
      return `planned for ${at(reason.next)}`;
    case 'done':
      return 'has run as long as it should';
    case 'stuck':
      return `nothing more can be planned before ${at(reason.readyBy)}`;
    case 'unknown':
      return `cannot be planned: its ${reason.missing} is not known`;
    case 'always':
      return reason.on ? 'schedule: always on' : 'schedule: always off';
    case 'person':
      return `as ${reason.by} wishes until ${at(reason.until)}`;
    case 'none':
      return 'no schedule holds any more';
  }
}
