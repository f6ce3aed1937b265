import type { Forecast } from '../models/forecast/forecast.ts';
import { keyOf, type Outlook, planIn, withDay } from '../models/schedule/outlook.ts';
import type { MixPart, Schedule } from '../models/schedule/schedule.ts';
import type { Curve, Previewed } from './previewed.ts';

/** A draft as the editor shows it, on the hub and in a browser alike; null where the outlook does not reach. */
export function previewed(draft: Schedule, outlook: Outlook, device: string): Previewed | null {
  const dated = withDay(draft, outlook);
  const found = planIn(outlook, dated);
  const curve = outlook.forecasts[keyOf(draft.mix)];
  if (!found || !curve) return null;
  const { occurrence, periods, planned, missing } = found;
  const powerW = draft.powerW ?? outlook.powerW;
  const known = (key: string | null): Forecast | null => (key === null ? null : (outlook.forecasts[key] ?? null));
  return {
    ...{ device, mode: draft.mode, now: outlook.now, periods, planned, missing, curve, powerW },
    need: occurrence?.schedule.need ?? draft.need,
    mixed: isMixed(draft.mix),
    deadline: occurrence?.readyBy ?? null,
    never: occurrence?.never ?? [],
    price: known(outlook.price),
    carbon: known(outlook.carbon),
    share: shareOf(known(outlook.local), powerW),
    currency: outlook.currency,
  };
}

/** What the figures of a plan by it cannot be called by a unit. */
function isMixed(mix: readonly MixPart[]): boolean {
  const [only] = mix;
  return mix.length > 1 || (only !== undefined && only.weight !== 1);
}

/** How much of what it draws is generated here. */
function shareOf(local: Curve | null, powerW: number | null): Curve | null {
  if (!local || powerW === null) return null;
  const profile = local.profile.map((kW) => (kW === null ? null : Math.max(0, Math.min(1, (kW * 1000) / powerW))));
  return { ...local, unit: 'index', profile };
}
