import { HubError } from '../lib/errors.ts';

/** A node's or input's name as it is kept: letters, digits, blanks and _ - . of any script, nothing else. */
export function cleanName(name: string): string {
  return name.replace(/[^\p{L}\p{M}\p{N}_\s.-]/gu, '').trim();
}

/** A node's name as it is kept; EmonCMS's node 0 where nothing is left of it. */
export function cleanNode(node: string): string {
  return checkLength(cleanName(node) || '0');
}

/** Throws HUB_BAD_REQUEST for a name that cannot be kept. */
export function cleanInput(name: string): string {
  const clean = cleanName(name);
  if (clean === '') throw new HubError('HUB_BAD_REQUEST', { sentence: 'An input needs a name of letters or digits.' });
  return checkLength(clean);
}

/** Characters the name columns hold. */
const LONGEST_NAME = 64;

function checkLength(name: string): string {
  if (name.length <= LONGEST_NAME || [...name].length <= LONGEST_NAME) return name;
  throw new HubError('HUB_BAD_REQUEST', { sentence: `A name may have at most ${LONGEST_NAME} characters.` });
}
