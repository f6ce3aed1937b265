import type { Doors } from './doors.ts';
import type { Models } from './models.ts';
import type { OpenDoors } from './open-doors.ts';
import type { HubStorage } from './open-storage.ts';
import { Beacon } from './services/beacon.ts';
import { type Announcement, openMdns } from './services/mdns.ts';
import { PairingDoor } from './services/pairing-door.ts';
import { Presence } from './services/presence.ts';
import type { Service } from './services/service.ts';
import type { StoresDeps } from './stores.ts';

export interface HeraldsDeps extends StoresDeps, Pick<HubStorage, 'certificates'>, OpenDoors {
  readonly models: Models;
  readonly doors: Doors;
}

/** What makes the hub known, once it can be reached: to devices by broadcast and at EmonESP's port, to everybody by name. */
export function heralds(deps: HeraldsDeps): Service[] {
  const { config, models, doors, renewal, app, httpPort } = deps;
  const { pairing, users } = models;
  const { beaconPort, beaconAddress, pairingPort, httpHost: host, hostname } = config;
  const isLivedIn = () => !users.isEmpty();
  const beacon = new Beacon({ ...deps, pairing, port: beaconPort, address: beaconAddress, isLivedIn });
  const port = pairingPort === httpPort ? 0 : pairingPort;
  doors.legacy = new PairingDoor({ ...deps, pairing, host, port, to: app });
  if (!config.presence) return [beacon, doors.legacy];
  doors.presence = new Presence({
    ...deps,
    hostname,
    services: () => announcements(deps),
    open: openMdns,
    // the name it took may be another than the certificate has
    named: () => void renewal.look(),
  });
  return [beacon, doors.legacy, doors.presence];
}

/** What the hub offers to the network. */
function announcements({ httpPort, broker, certificates }: HeraldsDeps): Announcement[] {
  const { mqttPort } = broker.addresses();
  return [
    { type: 'http', port: httpPort, txt: { path: '/' } },
    { type: 'mqtt', port: mqttPort },
    { type: 'hearth', port: httpPort, txt: { api: '/api/v1', mqtt: String(mqttPort), ca: certificates.fingerprint } },
  ];
}
