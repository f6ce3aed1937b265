import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Random } from '../lib/random.ts';
import { AuditModel } from '../models/audit.ts';
import type { Database } from '../models/database.ts';
import type { Device, DeviceModel } from '../models/device.ts';
import { EventModel } from '../models/events.ts';
import type { InputModel } from '../models/input.ts';
import { LoginModel } from '../models/login.ts';
import { loginStore } from '../models/login-store.ts';
import { Admission } from '../models/pairing/admission.ts';
import { Blocks, blockStore } from '../models/pairing/blocks.ts';
import { PairingModel } from '../models/pairing/pairing.ts';
import type { UserModel } from '../models/user.ts';
import type { Who } from '../models/who.ts';
import { neighbours } from './connections/neighbours.ts';

/** How a device reaches and trusts the hub. */
export interface HubAddress {
  /** SHA-256 of the hub's own certificate authority. */
  readonly fingerprint: string;
  readonly mqttPort: number;
  readonly mqttsPort: number;
}

export interface PairingModelsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly devices: DeviceModel;
  readonly inputs: InputModel;
  readonly users: UserModel;
  /** Applies the template of a device's type. */
  readonly setUp: (device: Device) => Promise<void>;
  readonly hub: () => HubAddress;
}

/** How devices are let in, and what they may then. */
export interface PairingModels {
  readonly events: EventModel;
  readonly audit: AuditModel;
  readonly logins: LoginModel;
  readonly pairing: PairingModel;
  readonly admission: Admission;
  /** What the audit trail calls whoever asks. */
  readonly actorOf: (who: Who | null) => string;
}

/** The models of pairing, with what they keep in memory read from MySQL. */
export async function createPairingModels(deps: PairingModelsDeps): Promise<PairingModels> {
  const { db, users } = deps;
  const events = new EventModel();
  const audit = new AuditModel(deps);
  const admission: Admission = new Admission({ ...deps, logins: () => logins });
  const logins: LoginModel = new LoginModel({
    ...deps,
    store: loginStore(db),
    nodes: admission,
    timezone: (account) => users.account(account)?.timezone ?? 'UTC',
  });
  const blocks = new Blocks(blockStore(db));
  const pairing = new PairingModel({ ...deps, neighbours: neighbours(), admission, blocks, audit, events });
  await Promise.all([logins.load(), blocks.load()]);
  deps.devices.listen((_account, id) => {
    // a device that is removed takes its rights along
    if (!deps.devices.find(id))
      void logins.revokeDevice(id).catch((error: unknown) => deps.log.error({ err: error }, 'a login'));
  });
  const actorOf = (who: Who | null) => (who?.user ? users.find(who.user)?.username : undefined) ?? 'API key';
  return { events, audit, logins, pairing, admission, actorOf };
}
