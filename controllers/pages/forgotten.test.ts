import express from 'express';
import supertest from 'supertest';
import { beforeEach, describe, expect, it } from 'vitest';
import { projectRoot } from '../../lib/project-root.ts';
import { registration, type TestPeople, testPeople } from '../../test/people.ts';
import { testStores } from '../../test/stores.ts';
import { installPages } from '../../views/page.ts';
import { forgottenPages } from './forgotten.ts';

const stores = await testStores();
let people: TestPeople;

beforeEach(async () => {
  await stores.clear();
  people = await testPeople(stores);
  await people.users.register(registration());
});

function visit() {
  const app = express();
  installPages(app, { root: projectRoot, clock: people.clock, timezone: 'UTC' });
  const pages = forgottenPages(people);
  app.get('/forgotten', pages.show);
  app.post('/forgotten', express.urlencoded({ extended: false }), pages.ask);
  return supertest(app);
}

const ask = async (name: string) =>
  await visit().post('/forgotten').set('Host', 'hearth.local').type('form').send({ name });

describe('a forgotten password', () => {
  it.each(['Megan', 'megan@example.org'])('of %s brings a letter with a link that works', async (name) => {
    const { text } = await ask(name);
    await people.users.lettersSent();
    expect(text).toContain('If Hearth knows an email for you, a link is on its way.');
    const [letter] = people.mail.letters;
    expect(letter).toMatchObject({ to: 'megan@example.org', subject: 'A new password for Hearth' });
    const secret = /http:\/\/hearth\.local\/reset\/([0-9a-f]+)/.exec(letter?.text ?? '')?.[1] ?? '';
    expect(await people.users.resetUser(secret)).toMatchObject({ username: 'Megan' });
  });

  it('of nobody gets the same answer and no letter', async () => {
    const [known, unknown] = [await ask('Megan'), await ask('nobody')];
    await people.users.lettersSent();
    expect(unknown.text).toBe(known.text);
    expect(unknown.status).toBe(known.status);
    expect(people.mail.letters).toHaveLength(1);
  });

  it('without a name is asked again', async () => {
    const { text, status } = await ask('');
    expect([status, text.includes('Fill this in.')]).toEqual([422, true]);
  });

  it('asked for too often gets a pause', async () => {
    for (let asked = 0; asked < 20; asked += 1) await ask('nobody');
    expect((await ask('nobody')).status).toBe(429);
  });
});
