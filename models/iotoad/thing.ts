import type { Device } from '../device.ts';
import type { Input } from '../input.ts';

/** A device, or a node that only posts, in IoToad's words. */
export interface Thing {
  /** e.g. `sp_w.r1.c2`, `sp_g3`; a node's own name where it has no place. */
  readonly id: string;
  readonly node: string;
  readonly room: string;
  /** Null for a node that no device is known of. */
  readonly device: Device | null;
  readonly place: Place | null;
}

/** Where it stands: `w` a work place with row and column, `g` a room, `p` a printer, or letters of the household's own. */
export interface Place {
  readonly type: string;
  readonly row: number | null;
  readonly column: number | null;
}

/** What the household has, each under one id. */
export function thingsOf(devices: readonly Device[], inputs: readonly Pick<Input, 'node'>[]): Thing[] {
  const known = new Set(devices.map(({ node }) => node));
  const nodes = [...new Set(inputs.map(({ node }) => node))].filter((node) => !known.has(node) && LOCATED.test(node));
  return [
    ...devices.map((device) => ({
      id: device.place === '' ? device.node : `sp_${device.place}`,
      ...{ node: device.node, room: device.room, device, place: placeOf(device.place) },
    })),
    ...nodes.map((node) => ({ id: node, node, room: '', device: null, place: placeOf(node.replace(PREFIX, '')) })),
  ];
}

/**
 * The things that a target names: an id with or without `sp_`, several of them with commas between, `row/<n>`, `column/<n>`,
 * `type/<letter>` or `group/<room>`. `unknown` are the ids and groups that nothing is known of.
 */
export function find(things: readonly Thing[], target: string): { found: Thing[]; unknown: string[] } {
  const [kind = '', name = ''] = /^(row|column|type|group)\/(.+)$/.exec(target)?.slice(1) ?? [];
  const groups: Readonly<Record<string, (thing: Thing) => boolean>> = {
    row: ({ place }) => place?.row === Number(name) && /^\d+$/.test(name),
    column: ({ place }) => place?.column === Number(name) && /^\d+$/.test(name),
    type: ({ place }) => place?.type === name,
    group: ({ room }) => room !== '' && room.toLowerCase() === name.toLowerCase(),
  };
  const group = groups[kind];
  if (group) {
    const found = things.filter(group);
    return { found, unknown: found.length === 0 ? [target] : [] };
  }
  const pairs = target.split(',').map((id) => [id, things.filter((thing) => isCalled(thing, id))] as const);
  const found = pairs.flatMap(([, called]) => called);
  return { found: [...new Set(found)], unknown: pairs.flatMap(([id, called]) => (called.length > 0 ? [] : [id])) };
}

/** Whether it has this id, which may be said with `sp_` or without. Outlets of one strip at one place share theirs. */
export function isCalled({ id, node }: Pick<Thing, 'id' | 'node'>, wanted: string): boolean {
  return wanted === id || wanted === node || `sp_${wanted}` === id || wanted === `sp_${id}`;
}

function placeOf(text: string): Place | null {
  const [, type, row, column] = /^([a-z][a-z-]*)(?:\d+|\.r(\d+)\.c(\d+))$/i.exec(text) ?? [];
  if (type === undefined) return null;
  return { type, row: row === undefined ? null : Number(row), column: column === undefined ? null : Number(column) };
}

const PREFIX = /^[a-z-]+_/i;
/** `sp_g3`, `echo-dot_g2`, `sp_w.r1.c2`; without what it is, `g3` and `w.r1.c2`, and not whatever ends in a number. */
const LOCATED = /^(?:[a-z-]+_[a-z]+(?:\d+|\.r\d+\.c\d+)|[a-z]\d+|[a-z]+\.r\d+\.c\d+)$/i;
