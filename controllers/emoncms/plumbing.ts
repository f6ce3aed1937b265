import { DateTime } from 'luxon';
import type { Clock } from '../../lib/clock.ts';
import { empty, text } from './call.ts';
import type { EmoncmsAction } from './feed.ts';

/** The EmonCMS release whose interfaces Hearth answers like; clients compare it. */
const EMONCMS_VERSION = '11.16.8';

/** `time/*`, `version` and `describe`. */
export function plumbingActions(clock: Clock, serverZone: string): EmoncmsAction[] {
  const clockText = (zone: string) => text(DateTime.fromSeconds(clock.seconds(), { zone }).toFormat("'t'HH','mm','ss"));
  const open = { who: 'anyone', refusal: empty() } as const;
  return [
    { ...open, path: 'time/local', who: 'read', to: ({ who }) => clockText(who?.timezone ?? serverZone) },
    { ...open, path: 'time/server', to: () => clockText(serverZone) },
    { ...open, path: 'version', to: () => text(EMONCMS_VERSION) },
    { ...open, path: 'describe', to: () => ({ ...text('emoncms'), headers: { 'Access-Control-Allow-Origin': '*' } }) },
  ];
}
