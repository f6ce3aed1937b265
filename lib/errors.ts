/**
 * Every expected failure has one row: a stable code, the HTTP status it travels as, and the sentence a person reads.
 * `docs/errors.md` has a heading for each code; `npm run check` holds the two together.
 */
export const ERRORS = {
  HUB_BAD_REQUEST: [400, 'The request could not be understood.'],
  HUB_INVALID_KEY: [401, 'Invalid API key'],
  HUB_SIGN_IN: [401, 'Sign in, or send an API key.'],
  HUB_FORBIDDEN: [403, 'This account may not do that.'],
  HUB_CSRF: [403, 'The form came from another site, so nothing was changed. Open the page again and retry.'],
  HUB_HOST: [421, 'This name or address is not one of Hearth’s own.'],
  HUB_NOT_FOUND: [404, 'There is nothing here.'],
  HUB_INPUT_NOT_FOUND: [404, 'This input does not exist.'],
  HUB_FEED_NOT_FOUND: [404, 'This feed does not exist.'],
  HUB_DEVICE_NOT_FOUND: [404, 'This device does not exist.'],
  HUB_INBOX_NOT_FOUND: [404, 'No such device waits to be let in.'],
  HUB_DEVICE_SWITCH: [409, 'This device cannot be switched.'],
  HUB_LOGIN_NOT_FOUND: [404, 'This device login does not exist.'],
  HUB_PAIRING_NOT_FOUND: [404, 'This request to be let in is over, or never was.'],
  HUB_PAIRING_CLOSED: [409, 'Nobody is letting devices in at the moment.'],
  HUB_PAIRING_DECIDED: [409, 'Somebody has decided about this request already.'],
  HUB_FEED_EXISTS: [409, 'A feed with this tag and name exists already.'],
  HUB_FEED_NAME: [400, 'A feed’s name may have letters, digits, blanks and _ - : in it.'],
  HUB_FEED_TAG: [400, 'A feed’s tag may have letters, digits, blanks and _ - : in it.'],
  HUB_FEED_UNIT: [400, 'A feed’s unit may not have < > & or quotes in it.'],
  HUB_FEED_UNIT_LONG: [400, 'A feed’s unit is at most 10 characters long.'],
  HUB_FEED_ENGINE: [400, 'There is no such kind of feed.'],
  HUB_PROCESS_LIST: [400, 'This process list cannot be used.'],
  HUB_TIME_TOO_OLD: [400, 'The reading is from before the year 2000.'],
  HUB_TIME_AHEAD: [400, 'The reading is more than a day in the future.'],
  HUB_CLOCK: [
    503,
    'The clock of Hearth’s machine cannot be right, so the reading was not stored. Send it again later.',
  ],
  HUB_NODE_LIMIT: [400, 'This account has as many nodes as it may have.'],
  HUB_TOO_LARGE: [413, 'This is larger than Hearth takes.'],
  HUB_TOO_MANY: [429, 'Too many attempts, please try again later'],
  HUB_STORAGE: [503, 'Readings cannot be stored at the moment. Nothing was acknowledged.'],
  HUB_STORE_AWAY: [503, 'A part of Hearth is restarting. Try again in a moment.'],
  HUB_STORAGE_BUSY: [500, 'Another hub is running on this storage folder.'],
  HUB_PORT: [500, 'A port cannot be opened.'],
  HUB_CONFIG: [500, 'A setting is not valid.'],
  HUB_PLAN_IMPOSSIBLE: [422, 'This run cannot be planned.'],
  HUB_FORECAST_NOT_FOUND: [404, 'This household has no such forecast.'],
  HUB_FORECAST_IN_USE: [409, 'Something goes by this forecast, so it must keep its name.'],
  HUB_FORECAST_EXISTS: [409, 'A forecast with this name exists already.'],
  HUB_IMPORT: [400, 'This cannot be taken over.'],
} as const satisfies Record<string, readonly [status: number, sentence: string]>;

export type ErrorCode = keyof typeof ERRORS;

/** An expected failure. Users see `sentence`; logs see `message` and `cause`. */
export class HubError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly sentence: string;

  constructor(code: ErrorCode, options: { sentence?: string; cause?: unknown } = {}) {
    const [status, sentence] = ERRORS[code];
    super(options.sentence ?? sentence, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'HubError';
    this.code = code;
    this.status = status;
    this.sentence = options.sentence ?? sentence;
  }
}
