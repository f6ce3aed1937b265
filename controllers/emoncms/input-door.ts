import type { Clock } from '../../lib/clock.ts';
import type { CalendarModel } from '../../models/calendar.ts';
import type { DeviceModel } from '../../models/device.ts';
import type { FeedModel } from '../../models/feed.ts';
import type { InputModel } from '../../models/input.ts';
import type { UserModel } from '../../models/user.ts';
import type { Who } from '../../models/who.ts';
import type { Call } from './call.ts';

export interface InputActionDeps {
  inputs: InputModel;
  feeds: Pick<FeedModel, 'find'>;
  calendars: Pick<CalendarModel, 'find'>;
  devices: Pick<DeviceModel, 'byKey'>;
  users: Pick<UserModel, 'account' | 'setAccount' | 'keys'>;
  clock: Clock;
  /** Hands a value to whoever listens on the broker. Never throws. */
  publish(account: number, topic: string, value: number | null): void;
}

/** The household of a caller whom the route table let in. */
export function accountOf(call: Call): number {
  return (call.who as Who).account;
}
