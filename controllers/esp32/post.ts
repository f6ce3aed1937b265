import { HubError } from '../../lib/errors.ts';
import { type AddressRules, isDeviceAddress } from '../../models/drivers/private-address.ts';
import type { Door, Sensors } from '../../models/esp32/sensors.ts';
import type { PairingModel } from '../../models/pairing/pairing.ts';
import type { UserModel } from '../../models/user.ts';
import { mayWrite } from '../../models/who.ts';
import { type Action, type Call, JSON_TYPE, type Reply } from '../emoncms/call.ts';

export interface TelemetryDeps {
  readonly sensors: Pick<Sensors, 'receive'>;
  readonly pairing: Pick<PairingModel, 'openAccounts'>;
  readonly users: Pick<UserModel, 'houseAccount'>;
  readonly rules: AddressRules;
  /** Whether sensors may introduce themselves at any time. */
  readonly openTelemetry: boolean;
}

/** Where sensors and gateways of the ESP32 platform post; any content type will do, and a slash at the end. */
export function telemetryActions(deps: TelemetryDeps) {
  const anyone = { who: 'anyone', refusal: reply(401, { error: 'no' }), to: post(deps) } as const;
  return ['device', 'telemetry', 'main/telemetry'].map((path) => ({ path, ...anyone }));
}

/** Answers once what is accepted is kept. */
function post({ sensors, ...deps }: TelemetryDeps): Action {
  return async (call) => {
    try {
      if (call.body.length === 0)
        throw new HubError('HUB_BAD_REQUEST', { sentence: 'Post what was measured as JSON.' });
      if (call.body.length > MOST_BYTES) throw new HubError('HUB_TOO_LARGE');
      return reply(200, await sensors.receive(doorOf(deps, call), call.body));
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      return reply(error.status, { error: error.sentence });
    }
  };
}

const MOST_BYTES = 1024 * 1024;

/** With a key it is the key’s household. Without one it is this house’s, and only from inside it. */
function doorOf({ pairing, users, rules, openTelemetry }: Omit<TelemetryDeps, 'sensors'>, call: Call): Door {
  const { who, ip } = call;
  if (who?.by === 'session' || (who && !mayWrite(who))) throw new HubError('HUB_FORBIDDEN');
  if (who) return { account: who.account, keyed: true, open: true };
  const [letting] = pairing.openAccounts();
  const account = letting ?? users.houseAccount();
  if (account === undefined || !isDeviceAddress(ip, rules)) throw new HubError('HUB_SIGN_IN');
  return { account, keyed: false, open: letting !== undefined || openTelemetry };
}

function reply(status: number, body: object): Reply {
  return { status, type: JSON_TYPE, body: JSON.stringify(body) };
}
