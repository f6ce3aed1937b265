import { z } from 'zod';
import type { Clock } from '../../lib/clock.ts';
import { LEAST_PASSWORD, type Problem } from '../../models/person-rules.ts';
import type { User, UserModel } from '../../models/user.ts';
import { mayWrite } from '../../models/who.ts';
import { resetLetter } from '../reset-letter.ts';
import { type Action, type Call, failure, json, notAcceptable, type Reply } from './call.ts';
import { timezones, zoneOffset } from './timezones.ts';
import { profileOf, readProfile } from './user-profile.ts';

export interface EmoncmsUserDeps {
  readonly users: UserModel;
  readonly clock: Clock;
}

const FALSE = json(false);
const KEY_CANNOT = 'This action requires an interactive login and cannot be performed with an API key';
const TOO_MANY = 'Too many attempts, please try again later';
/** EmonCMS has no such answer: there anybody may register, or nobody. */
const INVITATION_ONLY = 'New accounts on this hub are made by invitation';
/** A key outlives its reader's place in the household, so only owners are shown keys. */
const OWNERS_KEYS = 'Only an owner of this household may use its API keys';
const RESET_SENT = 'Password recovery email sent!';

const SENTENCES: Record<Problem, string> = {
  'username-characters': 'Username must only contain a-z and 0-9 characters',
  'username-short': 'Username must be at least 3 characters',
  'username-long': 'Username must be less than 30 characters',
  'username-taken': 'Username already exists',
  email: 'Email address format error',
  'password-short': `Password must be at least ${LEAST_PASSWORD.emoncms} characters`,
  'password-long': 'Password must be less than 250 characters',
  'password-common': 'Password is too common',
};

/** Answers `user/<action>`: every action of EmonCMS's user module, and `false` to any other. */
export function emoncmsUser(deps: EmoncmsUserDeps): Action {
  return (call) => {
    if (call.format !== 'json') return page(call);
    const action = call.path.split('/')[1] ?? '';
    const open = OPEN[action];
    if (open && byKeyOr(call, open.alsoByKey)) return open.to(deps, call);
    if (call.who && call.who.by !== 'session') return failure(KEY_CANNOT);
    const person = deps.users.find(call.who?.user ?? 0);
    const own = OWN[action];
    return person && own ? own(deps, call, person) : FALSE;
  };
}

type Answer = (deps: EmoncmsUserDeps, call: Call) => Promise<Reply> | Reply;
type OwnAnswer = (deps: EmoncmsUserDeps, call: Call, person: User) => Promise<Reply> | Reply;

/** Actions that nobody need be signed in for, or that a key may ask. */
const OPEN: Partial<Record<string, { to: Answer; alsoByKey: boolean }>> = {
  register: { to: register, alsoByKey: false },
  login: { to: login, alsoByKey: false },
  auth: { to: auth, alsoByKey: false },
  passwordreset: { to: passwordReset, alsoByKey: false },
  session: { to: session, alsoByKey: true },
  getuuid: { to: uuid, alsoByKey: true },
  timezone: { to: timezone, alsoByKey: true },
  gettimezone: { to: (_deps, { who }) => json(who ? who.timezone : false), alsoByKey: true },
  gettimezones: { to: ({ clock }, { who }) => (who ? json(timezones(clock.now())) : FALSE), alsoByKey: true },
};

/** Actions for the person signed in by session. */
const OWN: Partial<Record<string, OwnAnswer>> = {
  logout: async (_deps, { session }) => session.logout().then(() => FALSE),
  get: ({ users }, _call, person) => json(profileOf(users, person)),
  set,
  changeemail: changeEmail,
  changeusername: changeUsername,
  changepassword: changePassword,
  newapikeyread: async ({ users }, _call, person) => {
    if (person.role !== 'owner') return failure(OWNERS_KEYS);
    return json({ success: true, read_apikey: await users.renewKey(person.account, 'read') });
  },
  newapikeywrite: async ({ users }, _call, person) => {
    if (person.role !== 'owner') return failure(OWNERS_KEYS);
    return json({ success: true, write_apikey: await users.renewKey(person.account, 'write') });
  },
};

function byKeyOr({ who }: Call, alsoByKey: boolean): boolean {
  return alsoByKey || who === null || who.by === 'session';
}

/** Old links to EmonCMS's own pages lead to ours. */
function page(call: Call): Reply {
  const to = { 'user/login': '/sign-in', 'user/view': '/account', 'user/logout': '/account' }[call.path];
  if (to === undefined || call.format !== 'html') return notAcceptable(call.format);
  return { status: 303, type: 'text/html; charset=UTF-8', body: '', headers: { Location: to } };
}

async function register({ users }: EmoncmsUserDeps, { form, ip }: Call): Promise<Reply> {
  const { username, password, email, timezone } = form;
  if (username === undefined || password === undefined || email === undefined) {
    return failure('Missing username, password or email parameter');
  }
  const made = await users.register({ username, password, email, timezone, address: ip, rule: 'emoncms' });
  if (!made.ok) {
    if (made.why === 'too-many') return failure(TOO_MANY);
    return failure(made.why === 'invitation-only' ? INVITATION_ONLY : SENTENCES[made.why]);
  }
  const { user, keys } = made;
  return json({
    success: true,
    verifyemail: false,
    userid: user.id,
    apikey_read: keys.read,
    apikey_write: keys.write,
  });
}

async function login({ users }: EmoncmsUserDeps, { form, ip, session, who }: Call): Promise<Reply> {
  if (who) return FALSE;
  const { username = '', password = '', rememberme = '' } = form;
  if (username === '' || password === '') return failure('Username or password empty');
  const checked = await users.verify(username, password, ip);
  if (!checked.ok) return failure(checked.why === 'too-many' ? TOO_MANY : 'Incorrect username or password');
  await session.login(checked.user.id, rememberme !== '' && rememberme !== '0' && rememberme !== 'false');
  return json({ success: true, message: 'Login successful', startingpage: checked.user.profile.startingpage });
}

async function auth({ users }: EmoncmsUserDeps, { form, ip }: Call): Promise<Reply> {
  const { username = '', password = '' } = form;
  if (username === '' || password === '') return failure('Username or password empty');
  const checked = await users.verify(username, password, ip);
  if (!checked.ok) return failure(checked.why === 'too-many' ? TOO_MANY : 'Incorrect authentication');
  const { account, role } = checked.user;
  if (role !== 'owner') return failure(OWNERS_KEYS);
  const { read, write } = users.keys(account);
  return json({ success: true, userid: account, apikey_write: write, apikey_read: read });
}

/** Always the same answer, whether there is such a person or not. */
async function passwordReset({ users }: EmoncmsUserDeps, { query, ip, headers }: Call): Promise<Reply> {
  const { username = '', email = '' } = query;
  if (!EMAIL.safeParse(email).success) return failure(SENTENCES.email);
  const write = resetLetter(`http://${headers.host ?? 'hearth.local'}`);
  const answer = await users.requestReset({ name: username, email, address: ip }, write);
  return answer === 'too-many' ? failure(TOO_MANY) : json({ success: true, message: RESET_SENT });
}

function session(_deps: EmoncmsUserDeps, { who }: Call): Reply {
  return who ? json({ userid: who.account, type: mayWrite(who) ? 'write' : 'read' }) : FALSE;
}

function uuid({ users }: EmoncmsUserDeps, { who }: Call): Reply {
  return who ? json({ success: true, message: users.uuid(who.account) ?? '' }) : FALSE;
}

function timezone({ clock }: EmoncmsUserDeps, { who }: Call): Reply {
  return who ? json(zoneOffset(who.timezone, clock.now())) : FALSE;
}

async function set({ users }: EmoncmsUserDeps, { form }: Call, person: User): Promise<Reply> {
  const settings = readProfile(form.data, person);
  if (!settings) return failure('Error updating user info');
  await users.set(person.id, settings);
  return json({ success: true, message: 'User info updated' });
}

async function changeEmail({ users }: EmoncmsUserDeps, { query, form }: Call, person: User): Promise<Reply> {
  const changed = await users.changeEmail(person.id, query.email ?? form.email ?? '', 'emoncms');
  return changed.ok ? json({ success: true, message: 'Email updated' }) : failure(SENTENCES[changed.why]);
}

async function changeUsername({ users }: EmoncmsUserDeps, { query, form }: Call, person: User): Promise<Reply> {
  const changed = await users.changeUsername(person.id, query.username ?? form.username ?? '');
  return changed.ok ? json({ success: true, message: 'Username updated' }) : failure(SENTENCES[changed.why]);
}

async function changePassword({ users }: EmoncmsUserDeps, call: Call, person: User): Promise<Reply> {
  const { old = '', new: next = '' } = call.form;
  const changed = await users.changePassword(person.id, { old, next, rule: 'emoncms' });
  if (changed.ok) {
    // Every other session of the person is over; this one goes on under a new id.
    await call.session.login(person.id);
    return json({ success: true, message: 'Password updated successfully' });
  }
  if (changed.why === 'too-many') return failure(TOO_MANY);
  return failure(changed.why === 'wrong-password' ? 'Old password incorect' : SENTENCES[changed.why]);
}

const EMAIL = z.email();
