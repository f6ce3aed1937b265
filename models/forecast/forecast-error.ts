/** Why nothing came of a fetch. `sentence` is for the household; nothing secret is in it. */
export class ForecastError extends Error {
  readonly sentence: string;
  /** Seconds the server asks to be left alone. */
  readonly wait: number | null;

  constructor(sentence: string, options: { wait?: number; cause?: unknown } = {}) {
    super(sentence, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ForecastError';
    this.sentence = sentence;
    this.wait = options.wait ?? null;
  }
}
