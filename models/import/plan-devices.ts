import { cleanNode } from '../input-names.ts';
import type { SourceDevice } from './contents.ts';
import { changed, type Note, notTaken } from './note.ts';
import { Numbers } from './numbers.ts';
import type { DeviceRow, HubState } from './plan.ts';
import type { People } from './plan-people.ts';

/** The devices, each of a node that the household has none for yet, with the key by which it posts. */
export function planDevices(devices: readonly SourceDevice[], hub: HubState, people: People) {
  const numbers = new Numbers(
    hub.devices.map(({ id }) => id),
    devices.map(({ id }) => id),
  );
  const nodes = new Set(hub.devices.map(({ account, node }) => JSON.stringify([account, node])));
  const keys = new Set(hub.devices.map(({ devicekey }) => devicekey));
  const rows: DeviceRow[] = [];
  const notes: Note[] = [];
  for (const device of devices) {
    const account = people.accountOf(device.user);
    if (account === undefined) continue;
    const what = `device ${device.name || device.node}`;
    const node = [...device.node].length > LONGEST_NODE ? '' : plain(cleanNode(device.node), LONGEST_NODE);
    const place = JSON.stringify([account, node]);
    if (node === '' || nodes.has(place)) {
      notes.push(notTaken(what, node === '' ? 'it has no node' : `there is a device for the node ${node} already`));
      continue;
    }
    nodes.add(place);
    const key = /^[0-9a-f]{32}$/i.test(device.key) ? device.key.toLowerCase() : null;
    const free = key !== null && !keys.has(key);
    if (key !== null && !free) notes.push(changed(what, 'its key is in use here, so it has none now'));
    if (free) keys.add(key);
    rows.push({
      id: numbers.give(device.id),
      account,
      node,
      name: plain(device.name, 128),
      description: plain(device.description, 255),
      type: device.type.replace(/[^\p{L}\p{N}_ .:/|,-]/gu, '').slice(0, 64),
      devicekey: free ? key : null,
      ip: '',
    });
  }
  return { rows, notes };
}

const LONGEST_NODE = 64;

/** What a device's texts may hold. */
function plain(text: string, longest: number): string {
  return text.replace(/[^\p{L}\p{M}\p{N}_ .:-]/gu, '').slice(0, longest);
}
