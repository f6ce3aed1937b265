import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { DeviceError } from '../../models/drivers/device-error.ts';
import { type AddressRules, hostAndPort, isDeviceAddress } from '../../models/drivers/private-address.ts';

export interface Target {
  /** The checked IP address to connect to: the name is not looked up again, so it cannot change in between. */
  readonly ip: string;
  readonly port: number;
  /** As it was named, for a Host header. */
  readonly named: string;
}

/** Where a device's address leads; rejects with `forbidden` where that is not in the house. */
export async function targetOf(address: string, usualPort: number, rules: AddressRules): Promise<Target> {
  const parts = hostAndPort(address);
  if (!parts) throw new DeviceError('forbidden', 'This is no address of a device.');
  const { host, port } = parts;
  const ips = isIP(host.replace(/%.*$/, '')) ? [host] : await namesOf(host);
  const ip = ips.find((each) => isDeviceAddress(each, rules));
  if (ip === undefined) throw new DeviceError('forbidden', 'This address is not one of the house’s own network.');
  return { ip, port: port ?? usualPort, named: address };
}

async function namesOf(host: string): Promise<string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch (cause) {
    throw new DeviceError('unreachable', 'Nothing in the house has this name.', { cause });
  }
}
