import { createTransport } from 'nodemailer';
import type { Log } from '../lib/log.ts';

export interface Letter {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Sends letters, or says that it cannot. */
export interface Mail {
  /** False where the household has not set up an SMTP server. */
  readonly configured: boolean;
  /** Never throws; what went wrong is in the log, without the letter's text. */
  send(letter: Letter): Promise<boolean>;
}

export interface MailDeps {
  readonly smtpUrl: string | null;
  readonly from: string;
  readonly log: Log;
}

const PATIENCE_MS = 20_000;

/** Mail over the SMTP server at `smtpUrl`; without one nothing is ever sent. */
export function createMail({ smtpUrl, from, log }: MailDeps): Mail {
  if (smtpUrl === null) return { configured: false, send: () => Promise.resolve(false) };
  const transport = createTransport(
    { url: smtpUrl, connectionTimeout: PATIENCE_MS, greetingTimeout: PATIENCE_MS, socketTimeout: PATIENCE_MS },
    { from, disableFileAccess: true, disableUrlAccess: true },
  );
  return {
    configured: true,
    async send(letter) {
      try {
        await transport.sendMail(letter);
        return true;
      } catch (error) {
        const { code, responseCode } = error as { code?: string; responseCode?: number };
        log.warn({ code, responseCode }, 'a letter could not be sent');
        return false;
      }
    },
  };
}
