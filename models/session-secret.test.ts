import { expect, test } from 'vitest';
import { systemRandom } from '../lib/random.ts';
import { testStores } from '../test/stores.ts';
import { sessionSecret } from './session-secret.ts';

const stores = await testStores();

test('the secret is made once, however many starts ask at once', async () => {
  const asked = await Promise.all(Array.from({ length: 5 }, () => sessionSecret(stores.db, systemRandom)));
  expect(new Set(asked).size).toBe(1);
  expect(asked[0]).toMatch(/^[0-9a-f]{64}$/);
  expect(await sessionSecret(stores.db, systemRandom)).toBe(asked[0]);
});
