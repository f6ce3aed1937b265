import type { Database } from '../database.ts';
import { stored } from '../directory.ts';
import type { ReportSettings } from '../report/report-settings.ts';
import type { IsdlDevice } from './parse.ts';

/**
 * When ISDL reported, as the household's report settings: its time of day, and each kind that any device wanted, of which the first
 * device's day counts where two differ. Null where nothing was reported.
 */
export function reportTimes(devices: readonly Pick<IsdlDevice, 'report'>[]): ReportSettings | null {
  const reports = devices.flatMap(({ report }) => report ?? []);
  const settings: ReportSettings = {
    at: reports[0]?.at ?? '00:00',
    daily: reports.some(({ daily }) => daily),
    monthly: reports.find(({ monthly }) => monthly)?.monthly ?? null,
    yearly: reports.find(({ yearly }) => yearly)?.yearly ?? null,
  };
  return settings.daily || settings.monthly || settings.yearly ? settings : null;
}

/** Makes them the household's from `now` on, unless it has chosen times itself. */
export async function keepReportTimes(
  db: Database,
  account: number,
  settings: ReportSettings,
  now: number,
): Promise<void> {
  const row = { account, body: JSON.stringify(settings), since: now };
  await stored(() => db.insertInto('report_settings').ignore().values(row).execute());
}
