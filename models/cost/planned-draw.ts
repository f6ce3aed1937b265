import type { DevicePlan } from '../plan/device-plan.ts';
import type { PlannedDraw } from './today.ts';

/** What a plan says of the time to come; null where it is no plan of times, or nobody knows what the device draws. */
export function plannedDrawOf(
  plan: Pick<DevicePlan, 'schedule' | 'periods' | 'powerW'> | undefined,
): PlannedDraw | null {
  if (!plan || plan.powerW === null) return null;
  const mode = plan.schedule?.mode;
  return mode === 'smart' || mode === 'timer' ? { watts: plan.powerW, periods: plan.periods } : null;
}
