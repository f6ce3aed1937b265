import { HubError } from '../lib/errors.ts';
import { cleanInput, cleanNode } from './input-names.ts';
import { cutAt } from './line-cut.ts';
import { type Point, parseLine, timeReader } from './line-protocol.ts';
import type { Reading } from './reading.ts';
import { checkReadingTime } from './reading-time.ts';

/**
 * The readings of an upload in line protocol, their times passed by `check`. Throws a HubError that names the first line that is wrong; then none of them
 * counts. Lines that carry only texts have no reading.
 */
export function lineReadings(
  text: string,
  precision: string | undefined,
  now: number,
  check = checkReadingTime,
): Reading[] {
  const seconds = timeReader(precision);
  if (!seconds) throw new HubError('HUB_BAD_REQUEST', { sentence: 'precision must be n, u, ms, s, m or h' });
  const readings: Reading[] = [];
  for (const [at, line] of linesOf(text).entries()) {
    try {
      const point = parseLine(line, seconds);
      const reading = point && readingOf(point, now);
      if (!reading) continue;
      check(reading.time, now);
      readings.push(reading);
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      throw new HubError(error.code, { sentence: `line ${at + 1}: ${error.sentence}`, cause: error });
    }
  }
  return readings;
}

/** A text field may hold a line's end; it is then part of the text. */
function linesOf(text: string): string[] {
  return text.includes('"') ? cutAt(text, '\n').parts : text.split('\n');
}

/** Tags that say which device a line is about; the first that is there makes part of the node's name. */
const DEVICE_TAGS = ['device', 'host', 'node', 'name', 'id', 'sensor'];
/** Tags that tell no two series apart. */
const IDLE_TAGS: ReadonlySet<string> = new Set(['unit']);

/**
 * The measurement and its device make the node, the other tags' values and the field's key the input, so that what Influx
 * keeps as two series become two inputs. A field called `value` beside other tags adds nothing to the name.
 */
function readingOf({ measurement, tags, fields, time }: Point, now: number): Reading | null {
  const device = DEVICE_TAGS.flatMap((key) => tags.filter(([tag]) => tag === key))[0];
  const others = tags.filter((tag) => tag !== device && !IDLE_TAGS.has(tag[0])).sort(([a], [b]) => (a < b ? -1 : 1));
  const prefix = others.map(([, value]) => value);
  const values = fields.flatMap(([key, value]) => {
    if (typeof value === 'string') return [];
    const words = key === 'value' && prefix.length > 0 ? prefix : [...prefix, key];
    return [[cleanInput(words.join('_')), Number(value)] as const];
  });
  const node = cleanNode(device ? `${measurement}_${device[1]}` : measurement);
  return values.length === 0 ? null : { node, time: time ?? now, values };
}
