import { createHash } from 'node:crypto';
import type { Template } from '../device-template.ts';

/** Differs where anything of the template does. */
export function versionOf(template: Template): string {
  return createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 8);
}
