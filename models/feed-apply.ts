import type { Effect } from './process/effect.ts';
import type { Change } from './timeseries/series.ts';

/** The series changes that the effects ask for on feeds that `mayWrite` accepts, in the order given. */
export function feedChanges(effects: readonly Effect[], mayWrite: (feed: number) => boolean): Change[] {
  const changes: Change[] = [];
  for (const effect of effects) {
    if (!('feed' in effect) || !mayWrite(effect.feed)) continue;
    if (effect.kind !== 'post') changes.push(effect);
    else if (effect.join) changes.push({ ...point(effect), join: true });
    else changes.push(point(effect));
  }
  return changes;
}

function point(effect: { feed: number; time: number; value: number }) {
  return { kind: 'point', feed: effect.feed, time: effect.time, value: effect.value } as const;
}
