import type { Contents } from './contents.ts';

/** A feed's files as they were found: a `.meta`'s bytes, and the sizes of a `.dat` and a `.MYD`; null where there is none. */
export interface SourceFiles {
  readonly meta: Buffer | null;
  readonly data: number | null;
  readonly records: number | null;
}

export interface Survey {
  readonly contents: Contents;
  /** Mapped by the feed's number in EmonCMS. */
  readonly files: ReadonlyMap<number, SourceFiles>;
  /** Files that were met and cannot be anything of use. */
  readonly strange: readonly { readonly file: string; readonly why: string }[];
}

/** A data file to be fetched. */
export interface WantedFile {
  readonly feed: number;
  /** Its name in EmonCMS: `12.dat`, `feed_12.MYD`. */
  readonly name: string;
  /** How much of it is to be had. */
  readonly bytes: number;
}

/** Keeps the bytes of a file, which begin at `from`. */
export type Keep = (file: WantedFile, from: number, bytes: AsyncIterable<Uint8Array>) => Promise<void>;

/** An EmonCMS, or what is left of one. Nothing in it is ever changed. */
export interface Source {
  /** What it is called in sentences: a folder, a file, an address. */
  readonly name: string;
  /** Whether it tells the people apart; else everything in it goes to one household. */
  readonly hasUsers: boolean;
  survey(): Promise<Survey>;
  /** Hands over each wanted file once. `partOf` says how much of one is kept already, from its start. */
  fetch(wanted: readonly WantedFile[], keep: Keep, partOf: (file: WantedFile) => number): Promise<void>;
}
