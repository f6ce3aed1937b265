import request from 'supertest';
import { beforeAll } from 'vitest';
import { registration, type TestPeopleOptions } from './people.ts';
import { peopleApp } from './people-app.ts';
import type { TestStores } from './stores.ts';

export const PASSWORD = 'three wet sheep';
export type Form = Record<string, string>;
export type House = Awaited<ReturnType<typeof house>>;

/** Megan's household behind the doors of a hub, on emptied stores. */
export async function house(stores: TestStores, options: TestPeopleOptions = {}) {
  await stores.clear();
  const people = await peopleApp(stores, options);
  const made = await people.users.register(registration());
  if (!made.ok) throw new Error(made.why);
  const post = (path: string, form: Form = {}, query: Form = {}) =>
    request(people.app).post(`/user/${path}.json`).type('form').query(query).send(form);
  const login = async (username = 'Megan', password = PASSWORD) => {
    const agent = request.agent(people.app);
    await agent.post('/user/login.json').type('form').send({ username, password });
    return agent;
  };
  const join = async (username: string, role: 'owner' | 'adult' | 'guest') => {
    const secret = await people.users.invite(made.user.account, { name: username, role });
    await people.users.acceptInvitation(secret, { username, password: PASSWORD, email: '' });
    return await login(username);
  };
  return { ...people, user: made.user, keys: made.keys, post, login, join };
}

/** One house for a table of questions that change nothing. */
export function sharedHouse(stores: TestStores): () => House {
  let shared: House | null = null;
  beforeAll(async () => {
    shared = await house(stores);
  });
  return () => {
    if (!shared) throw new Error('asked for before the tests run');
    return shared;
  };
}
