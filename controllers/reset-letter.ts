import type { WriteLetter } from '../models/password-reset.ts';

/** The letter with the link that sets a new password, for a hub reached at `base`, e.g. `http://hearth.local`. */
export function resetLetter(base: string): WriteLetter {
  return (user, secret) => ({
    subject: 'Hearth: a new password',
    text: [
      `Hello ${user.username},`,
      '',
      'somebody, most likely you, asked Hearth for a new password. Choose one here within the hour:',
      '',
      `${base}/reset/${secret}`,
      '',
      'If it was not you, do nothing: your password stays as it is.',
      '',
    ].join('\n'),
  });
}
