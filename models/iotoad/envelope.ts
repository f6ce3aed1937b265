import { z } from 'zod';

/** What a message of IoToad's carries. */
export interface Envelope {
  readonly data?: unknown;
  readonly error?: unknown;
  /** The topic on which an answer is awaited; null where none is. */
  readonly reply: string | null;
}

/** Reads a payload; a bare value counts as its `data`. Null where it is no JSON. The reply address has two names in the field. */
export function parseEnvelope(payload: Buffer): Envelope | null {
  let value: unknown;
  try {
    value = JSON.parse(payload.toString('utf8'));
  } catch {
    return null;
  }
  const { success, data: fields } = FIELDS.safeParse(value);
  if (!success || !NAMES.some((name) => name in fields)) return { data: value, reply: null };
  const reply = fields.response_topic ?? fields['response-id'] ?? null;
  return { data: fields.data, error: fields.error, reply: reply !== null && REPLY.test(reply) ? reply : null };
}

/** A message that asks for an answer, for those who know either name. */
export function question(data: unknown, reply: string): string {
  return JSON.stringify({ data, response_topic: reply, 'response-id': reply });
}

const NAMES = ['data', 'error', 'response_topic', 'response-id'];
/** Answers go to the tree of answers, whatever an asker would like. */
const REPLY = /^responses\/[^+#\0]{1,200}$/;
const topic = z.string().max(250).nullish();
const FIELDS = z.looseObject({ response_topic: topic, 'response-id': topic });
