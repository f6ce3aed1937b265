import type { TemplateState } from '../models/device-templates.ts';

/**
 * What setting a device up anew would change, where a later version of a template waits for a person's word or feeds of the one
 * it has are missing; else null.
 */
export function templateOffer(states: readonly TemplateState[]) {
  const isLater = states.some(({ offered }) => offered);
  const isMissing = states.some(({ version, feeds }) => version !== null && feeds.length > 0);
  if (!isLater && !isMissing) return null;
  // applying it applies all of the device's templates, so what each would change is said
  const lists = states.flatMap(({ inputs }) => inputs);
  const named = (wanted: 'set' | 'override') => lists.filter(({ action }) => action === wanted).map(({ name }) => name);
  return {
    isLater,
    feeds: states.flatMap(({ feeds }) => feeds),
    lists: named('set'),
    differ: named('override'),
  };
}
