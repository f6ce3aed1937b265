import { missingFor, secondsNeeded } from '../schedule/need.ts';
import { type InForce, keyOf } from './in-force.ts';
import { type LookDeps, nextOf } from './look.ts';
import type { RunState } from './run-state.ts';

/**
 * When the schedule in force has to be served so that the device's later ones find the time they need before their deadlines; its
 * own deadline where they do anyway. A state of charge is common to all of a device's schedules, so that those are not counted.
 */
export function latestEnd(
  { schedules, zone }: Pick<LookDeps, 'schedules' | 'zone'>,
  { account, device, runs }: RunState,
  { schedule, occurrence }: InForce,
  { powerW, now }: { readonly powerW: number | null; readonly now: number },
): number {
  const own = occurrence?.readyBy ?? now;
  const later = schedules.list(account).flatMap((other) => {
    if (other.device !== device || other.id === schedule.id || other.mode !== 'smart') return [];
    const next = nextOf(schedules, zone(account), other, account, now);
    const known = { powerW: other.powerW ?? powerW };
    if (!next || next.readyBy < own || other.need.kind === 'charge' || missingFor(other.need, known)) return [];
    const run = runs.find(({ key }) => key === keyOf({ schedule: other, occurrence: next }));
    const left = run?.given ? 0 : (secondsNeeded(other.need, known) ?? 0) - (run?.delivered ?? 0);
    return left > 0 && next.readyBy - left >= Math.max(now, next.from) ? [{ readyBy: next.readyBy, left }] : [];
  });
  let [end, needed] = [own, 0];
  for (const { readyBy, left } of later.sort((a, b) => a.readyBy - b.readyBy)) {
    needed += left;
    end = Math.min(end, readyBy - needed);
  }
  return end;
}
