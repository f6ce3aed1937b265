import type { Random } from '../lib/random.ts';
import type { Database } from './database.ts';
import { stored } from './directory.ts';

const NAME = 'session_secret';

/** The secret that session cookies are signed with: made once, the same for every process and start after that. */
export async function sessionSecret(db: Database, random: Random): Promise<string> {
  return await stored(async () => {
    await db
      .insertInto('settings')
      .ignore()
      .values({ name: NAME, value: random.hex(32) })
      .execute();
    const row = await db.selectFrom('settings').select('value').where('name', '=', NAME).executeTakeFirstOrThrow();
    return row.value;
  });
}
