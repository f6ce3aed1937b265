/** What an owner has to know of a thing that did not come over, or not as it was. */
export interface Note {
  readonly kind: 'not taken' | 'changed';
  readonly what: string;
  readonly why: string;
}

export function notTaken(what: string, why: string): Note {
  return { kind: 'not taken', what, why };
}

export function changed(what: string, why: string): Note {
  return { kind: 'changed', what, why };
}
