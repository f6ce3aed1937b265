import { beforeEach, expect, test } from 'vitest';
import { pageApp } from '../../test/page-app.ts';
import { testStores } from '../../test/stores.ts';

const stores = await testStores();
beforeEach(() => stores.clear());

test('the page says that the clock was put back, until it has caught up', async () => {
  const house = await pageApp(stores);
  const owner = await house.browserOf('owner');
  house.times.trouble();
  expect((await owner.get('/')).text).not.toContain('class="notice bad"');
  house.clock.set(house.clock.now() - 60_000);
  expect((await owner.get('/')).text).toContain('was put back');
  house.clock.advance(71_000);
  expect((await owner.get('/')).text).not.toContain('was put back');
});

test('the page says that readings cannot be stored', async () => {
  const house = await pageApp(stores);
  const owner = await house.browserOf('owner');
  // A closed series refuses as one on a full disk does.
  await house.series.close();
  const page = await owner.get('/');
  expect(page.text).toContain('Readings cannot be stored.');
  expect(page.status).toBe(200);
});
