import type { Device } from '../device.ts';
import type { KeptSchedule } from '../schedule/schedule.ts';
import type { Tariff } from '../tariff/tariff.ts';

export interface ForecastUsersDeps {
  readonly schedules: { list(account: number): readonly Pick<KeptSchedule, 'device' | 'name' | 'mix'>[] };
  readonly devices: { find(id: number): Pick<Device, 'name'> | undefined };
  readonly tariffs: { get(account: number): Pick<Tariff, 'carbon'> | undefined };
}

/** What goes by the household's forecast of that name: its schedules, and the carbon that is recorded. */
export function forecastUsers(deps: ForecastUsersDeps, account: number, source: string): string[] {
  const { schedules, devices, tariffs } = deps;
  const own = schedules.list(account).filter(({ mix }) => mix.some((part) => part.source === source));
  const names = own.map(({ name, device }) => name || devices.find(device)?.name || 'a schedule');
  const carbon = tariffs.get(account)?.carbon;
  const isRecorded = carbon?.kind === 'feed' && carbon.source === source;
  return [...new Set([...names, ...(isRecorded ? ['the recording of carbon'] : [])])];
}
