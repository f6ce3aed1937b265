import type { IncomingHttpHeaders } from 'node:http';
import { phpJson } from '../../lib/php-json.ts';
import type { Who } from '../../models/who.ts';

/** What a controller may do to the browser's session. */
export interface SessionDoor {
  /** The person signed in by cookie, or null. */
  readonly userId: number | null;
  /** Signs the person in under a new session id; `remember` keeps the cookie for 90 days. */
  login(userId: number, remember?: boolean): Promise<void>;
  logout(): Promise<void>;
}

/** One request to an EmonCMS route, read at the door: path split, key checked, query and form parsed. */
export interface Call {
  /** Whose key or session it came with, or null. */
  readonly who: Who | null;
  /** Query values after `readQuery`: the last of equal names, decoded twice. */
  readonly query: Readonly<Record<string, string>>;
  readonly form: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly contentType: string;
  /** The path's extension; 'html' where it has none. */
  readonly format: string;
  /** Path without extension or outer slashes, e.g. `feed/process/get`. */
  readonly path: string;
  /** Path words after the route's own. */
  readonly tail: readonly string[];
  readonly ip: string;
  readonly headers: IncomingHttpHeaders;
  readonly session: SessionDoor;
  /** Calls `listener` once the caller does not wait for the answer any more. */
  readonly onGone: (listener: () => void) => void;
}

export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer | AsyncIterable<Buffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers one call. What it throws is an error of the hub, not of the caller. */
export type Action = (call: Call) => Promise<Reply> | Reply;

export const JSON_TYPE = 'application/json';
const TEXT_TYPE = 'text/plain;charset=UTF-8';

/** A JSON reply printed as PHP prints it. */
export function json(value: unknown, status = 200): Reply {
  return { status, type: JSON_TYPE, body: phpJson(value) };
}

/** A reply of plain text. */
export function text(body: string, status = 200): Reply {
  return { status, type: TEXT_TYPE, body };
}

/** A reply of a page. */
export function html(body: string, status = 200): Reply {
  return { status, type: 'text/html; charset=UTF-8', body };
}

/** Raw bytes, offered as a download where `filename` is given. */
export function octets(body: Buffer | AsyncIterable<Buffer>, filename?: string): Reply {
  const headers = filename === undefined ? {} : { 'Content-Disposition': `attachment; filename=${filename}` };
  return { status: 200, type: 'application/octet-stream', body, headers };
}

/** A reply without a body. */
export function empty(status = 200): Reply {
  return text('', status);
}

/** EmonCMS's "no": status 200 and a sentence. */
export function failure(message: string): Reply {
  return json({ success: false, message });
}

/** EmonCMS's answer to a route or format it does not have, and to writes with the wrong key. */
export function notAcceptable(format: string): Reply {
  if (format === 'json') return json({ success: false, message: '406 Not Acceptable. Route not found' }, 406);
  return html(NOT_ACCEPTABLE_PAGE, 406);
}

const NOT_ACCEPTABLE_PAGE =
  '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Not acceptable</title></head>' +
  '<body><h1>406 Not Acceptable</h1><p>There is no such page in this form.</p></body></html>\n';
