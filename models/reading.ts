/** What one packet says of one node. */
export interface Reading {
  readonly node: string;
  /** Unix seconds. */
  readonly time: number;
  readonly values: readonly (readonly [name: string, value: number | null])[];
}
