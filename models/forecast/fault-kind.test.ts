import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../lib/project-root.ts';
import { type FaultKind, faultKind } from './fault-kind.ts';

test.each<[string, string, FaultKind[]]>([
  [
    'who connects',
    'app/connections/public-http.ts',
    [
      'redirect',
      'slow',
      'address',
      'address',
      'address',
      'redirect',
      'redirect',
      'answer',
      'answer',
      'unreachable',
      'unreachable',
    ],
  ],
  ['who asks', 'models/forecast/ask-source.ts', ['answer', 'answer', 'redirect', 'busy', 'key', 'status', 'answer']],
])('every sentence of %s has its kind', (_, path, kinds) => {
  const text = readFileSync(join(projectRoot, path), 'utf8');
  const sentences = [...text.matchAll(/ForecastError\(\s*['`]([^'`]+)['`]/g)].map(([, sentence = '']) => sentence);
  expect(sentences.map((sentence) => [sentence, faultKind(sentence)])).toEqual(
    sentences.map((one, at) => [one, kinds[at]]),
  );
});
