import type { TemplateState } from '../models/device-templates.ts';

/** What setting a device up anew would change, where a later version of a template waits for a person's word; else null. */
export function templateOffer(states: readonly TemplateState[]) {
  const offered = states.filter((state) => state.offered);
  if (offered.length === 0) return null;
  // applying it applies all of the device's templates, so what each would change is said
  const lists = states.flatMap(({ inputs }) => inputs);
  const named = (wanted: 'set' | 'override') => lists.filter(({ action }) => action === wanted).map(({ name }) => name);
  return {
    versions: offered.map(({ name, version, current }) => `${name} ${version} → ${current}`),
    feeds: states.flatMap(({ feeds }) => feeds),
    lists: named('set'),
    differ: named('override'),
  };
}
