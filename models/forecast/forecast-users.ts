import type { Device } from '../device.ts';
import type { KeptSchedule } from '../schedule/schedule.ts';
import type { Tariff } from '../tariff/tariff.ts';

export interface ForecastUsersDeps {
  readonly schedules: { list(account: number): readonly Pick<KeptSchedule, 'id' | 'device' | 'name' | 'mix'>[] };
  readonly devices: { find(id: number): Pick<Device, 'name'> | undefined };
  readonly tariffs: { get(account: number): Pick<Tariff, 'carbon'> | undefined };
}

/** What goes by a forecast: a schedule, called by its own name or its device's, or the carbon that is recorded. */
export type ForecastUser =
  | { readonly kind: 'schedule'; readonly id: number; readonly name: string }
  | { readonly kind: 'carbon' };

/** What goes by the household's forecast of that name. */
export function forecastUsers(deps: ForecastUsersDeps, account: number, source: string): ForecastUser[] {
  const { schedules, devices, tariffs } = deps;
  const own = schedules.list(account).filter(({ mix }) => mix.some((part) => part.source === source));
  const users = own.map(({ id, name, device }): ForecastUser => {
    return { kind: 'schedule', id, name: name || devices.find(device)?.name || '' };
  });
  const carbon = tariffs.get(account)?.carbon;
  const isRecorded = carbon?.kind === 'feed' && carbon.source === source;
  return isRecorded ? [...users, { kind: 'carbon' }] : users;
}

/** Each once, for a sentence in English. */
export function usersInWords(users: readonly ForecastUser[]): string[] {
  return [
    ...new Set(users.map((user) => (user.kind === 'carbon' ? 'the recording of carbon' : user.name || 'a schedule'))),
  ];
}
