import type { SwitchLog } from '../../models/switch-log.ts';
import { intArg } from './arguments.ts';
import { type Action, text } from './call.ts';
import { type ShaperDevicesDeps, switchable } from './demandshaper-devices.ts';
import { argument } from './demandshaper-forecast.ts';

export interface ShaperLogDeps extends ShaperDevicesDeps {
  readonly switches: Pick<SwitchLog, 'list'>;
}

/** `log`: when each device was switched, by whom and why; the newest last. */
export function shaperLog(deps: ShaperLogDeps): Action {
  return async (call) => {
    const [filter, last] = [argument(call, 'filter') ?? '', intArg(argument(call, 'last'))];
    const lists = await Promise.all(
      switchable(deps, call).map(async ({ id, node }) =>
        (await deps.switches.list(id, MOST_LINES)).map(({ at, on, who, why, outcome }) => {
          return {
            at,
            line: `${new Date(at * 1000).toISOString()} ${node} ${on ? 'on' : 'off'} ${who}: ${why} (${outcome})`,
          };
        }),
      ),
    );
    const lines = lists
      .flat()
      .filter(({ line }) => line.includes(filter))
      .sort((a, b) => a.at - b.at);
    const newest = lines.slice(-Math.min(last > 0 ? last : MOST_LINES, MOST_LINES));
    return text(newest.map(({ line }) => `${line}\n`).join(''));
  };
}

const MOST_LINES = 1000;
