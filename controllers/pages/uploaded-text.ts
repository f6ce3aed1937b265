import type { Request } from 'express';
import { HubError } from '../../lib/errors.ts';

const FIGURES = 'figures';

/** What a form brought: the chosen file, else what was pasted. Throws HUB_BAD_REQUEST where the form cannot be read. */
export async function uploadedText({ body, headers }: Request): Promise<string> {
  if (!Buffer.isBuffer(body)) return pasted((body as Record<string, unknown> | undefined)?.[FIGURES]);
  let fields: FormData;
  try {
    const type = headers['content-type'] ?? '';
    fields = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  } catch (error) {
    throw new HubError('HUB_BAD_REQUEST', { cause: error });
  }
  const file = fields.get('file');
  if (file instanceof File && file.size > 0) return await file.text();
  return pasted(fields.get(FIGURES));
}

function pasted(text: unknown): string {
  return typeof text === 'string' ? text.trim() : '';
}
