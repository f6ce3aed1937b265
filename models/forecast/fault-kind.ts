/** Why nothing came of a fetch, for programs and for people who do not read English. */
export const FAULT_KINDS = ['address', 'unreachable', 'slow', 'busy', 'key', 'status', 'redirect', 'answer'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** The kind of a fault by its sentence, as it is kept; what is none of the others is an answer that says nothing of use. */
export function faultKind(sentence: string): FaultKind {
  return SIGNS.find(([, sign]) => sign.test(sentence))?.[0] ?? 'answer';
}

const SIGNS: readonly (readonly [FaultKind, RegExp])[] = [
  ['address', /^(This address is not on the public internet|Only http and https|An address with a password)/],
  ['redirect', /^(The server redirects|The next page is on another server)/],
  ['unreachable', /^(The server cannot be reached|The name of the server leads nowhere)/],
  ['slow', /^The server did not answer in time/],
  ['busy', /^The server asks for patience/],
  ['key', /^The server does not take the key/],
  ['status', /^The server answered with status/],
];
