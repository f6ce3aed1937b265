import { createHash } from 'node:crypto';
import type { Found } from './drivers/driver.ts';

const MOST_TEXT = 64;
const MOST_SETTINGS = 4000;
const MOST_CHILDREN = 32;
const IDENTITY = /^[\w.:/+@-]{1,128}$/;
const ADDRESS = /^[\w.:[\]%-]{1,128}$/;

/**
 * What a driver found with everything cut to a length that can be kept and shown; its words stay what the device said, markup
 * and all, and are text wherever they are shown. Null for what has no identity that could be kept.
 */
export function boundedFound(found: Found): Found | null {
  const { family, identity, address, model, name, type, supported, note, settings, node, children } = found;
  if (!IDENTITY.test(identity)) return null;
  const kept = (children ?? []).slice(0, MOST_CHILDREN).map(boundedFound);
  const fits = settings !== undefined && JSON.stringify(settings).length <= MOST_SETTINGS;
  return {
    family,
    identity,
    address: address !== null && ADDRESS.test(address) ? address : null,
    ...{ model: cut(model), name: cut(name), type: cut(type), supported },
    ...(note !== undefined && { note: cut(note) }),
    ...(fits && { settings }),
    ...(node !== undefined && { node }),
    ...(kept.length > 0 && { children: kept.filter((child) => child !== null) }),
  };
}

/** A short name for a device that was found, fit for an address of the API: the same for the same device, always. */
export function foundKey({ family, identity }: Pick<Found, 'family' | 'identity'>): string {
  return createHash('sha256').update(`${family}\n${identity}`).digest('hex').slice(0, 16);
}

/** What is known after the device was seen again: what it tells now, and of what it does not tell, what it told before. */
export function mergedFound(before: Found, now: Found): Found {
  const settings = { ...before.settings, ...now.settings };
  const children = now.children ?? before.children;
  return {
    ...before,
    ...now,
    address: now.address ?? before.address,
    model: now.model || before.model,
    name: now.name || before.name,
    ...(Object.keys(settings).length > 0 && { settings }),
    ...(children && { children }),
  };
}

/** The devices it becomes: a strip its outlets, anything else itself. */
export function devicesIn(found: Found): readonly Found[] {
  return found.children && found.children.length > 0 ? found.children : [found];
}

function cut(text: string): string {
  const plain = [...text].slice(0, MOST_TEXT).join('');
  return plain.replace(/\p{Cc}/gu, ' ').trim();
}
