import { describe, expect, test } from 'vitest';
import { isCommonPassword } from './common-passwords.ts';
import { emailProblem, passwordProblem, timezoneOr, usernameProblem } from './person-rules.ts';

const USERNAMES: [name: string, username: string, problem: string | null][] = [
  ['letters and digits', 'Megan7', null],
  ['three characters', 'abc', null],
  ['thirty characters', 'a'.repeat(30), null],
  ['two characters', 'ab', 'username-short'],
  ['none', '', 'username-short'],
  ['thirty-one characters', 'a'.repeat(31), 'username-long'],
  ['an underscore', 'foo_bar', 'username-characters'],
  ['a letter beyond ASCII', 'Siân', 'username-characters'],
  ['a line break at the end', 'megan\n', 'username-characters'],
];

test.each(USERNAMES)('a username of %s', (_name, username, problem) => {
  expect(usernameProblem(username)).toBe(problem);
});

const EMAILS: [string, string | null][] = [
  ['a@example.com', null],
  ['megan.o+hearth@tan-y-bryn.cymru', null],
  ['foo', 'email'],
  ['bad@', 'email'],
  ['', 'email'],
  ['a@example.com\nBcc: b@example.com', 'email'],
  [`${'a'.repeat(250)}@example.com`, 'email'],
];

test.each(EMAILS)('the address %j', (email, problem) => {
  expect(emailProblem(email)).toBe(problem);
});

const PASSWORDS: [name: string, password: string, emoncms: string | null, household: string | null][] = [
  ['three characters', 'abc', 'password-short', 'password-short'],
  ['four characters', 'abcd', null, 'password-short'],
  ['seven characters', 'sheep12', null, 'password-short'],
  ['eight of one’s own', 'wetsheep', null, null],
  ['250 characters', 'xy z'.repeat(62).padEnd(250, 'q'), null, null],
  ['251 characters', 'xy z'.repeat(62).padEnd(251, 'q'), 'password-long', 'password-long'],
  ['a common one', 'password123', null, 'password-common'],
  ['a common one in capitals', 'PassWord123', null, 'password-common'],
  ['one character over and over', 'zzzzzzzzzz', null, 'password-common'],
  ['a run of the alphabet', 'ghijklmnop', null, 'password-common'],
  ['the keyboard backwards', 'poiuytrewq', null, 'password-common'],
  ['their own name', 'MeganMegan', null, 'password-common'],
];

test.each(PASSWORDS)('a password of %s', (_name, password, emoncms, household) => {
  expect(passwordProblem(password, 'emoncms', ['meganmegan'])).toBe(emoncms);
  expect(passwordProblem(password, 'household', ['meganmegan'])).toBe(household);
});

describe('common passwords', () => {
  // Those that head every published list of leaked passwords, where they have eight characters or more.
  const HEAD = ['12345678', '123456789', '1234567890', 'password', 'password1', 'qwertyuiop', 'qwerty123', 'iloveyou'];
  const MORE = ['11111111', '123123123', 'sunshine', 'princess', 'football', 'baseball', 'superman', '1q2w3e4r'];
  const LAST = ['1qaz2wsx', 'abcd1234', 'trustno1', 'welcome1', 'passw0rd', 'starwars', 'asdfghjkl', '987654321'];

  test.each([...HEAD, ...MORE, ...LAST])('%s is one', (password) => {
    expect(isCommonPassword(password)).toBe(true);
  });

  test('words in a row are not', () => {
    expect(isCommonPassword('three wet sheep')).toBe(false);
  });
});

test.each([
  ['Europe/Paris', 'Europe/Paris'],
  ['Not/AZone', 'UTC'],
  ['', 'UTC'],
  [undefined, 'UTC'],
])('the time zone %j is taken as %s', (zone, taken) => {
  expect(timezoneOr(zone)).toBe(taken);
});
