import { createServer, type Server } from 'node:net';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { createMail } from './mail.ts';

const LETTER = { to: 'megan@example.org', subject: 'A new password', text: 'http://hearth.local/reset/secret1234' };
const servers: Server[] = [];
let logged = '';
const log = pino(
  new Writable({
    write(chunk, _encoding, done) {
      logged += String(chunk);
      done();
    },
  }),
);

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  logged = '';
});

/** Enough of an SMTP server to take one letter, or to refuse its recipient. */
async function smtpServer(refuse: boolean): Promise<{ url: string; received: () => string }> {
  let received = '';
  const server = createServer((socket) => {
    let inLetter = false;
    socket.write('220 test\r\n');
    socket.on('data', (chunk) => {
      const text = chunk.toString();
      if (inLetter) {
        received += text;
        if (received.endsWith('\r\n.\r\n')) {
          inLetter = false;
          socket.write('250 taken\r\n');
        }
        return;
      }
      if (/^RCPT/i.test(text) && refuse) socket.write('550 nobody here\r\n');
      else if (/^DATA/i.test(text)) {
        inLetter = true;
        socket.write('354 go on\r\n');
      } else if (/^QUIT/i.test(text)) socket.end('221 bye\r\n');
      else socket.write('250 ok\r\n');
    });
    socket.on('error', () => undefined);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return { url: `smtp://127.0.0.1:${port}`, received: () => received };
}

const FROM = 'Hearth <hearth@localhost>';

test('a letter reaches the server with its sender, subject and text', async () => {
  const { url, received } = await smtpServer(false);
  const mail = createMail({ smtpUrl: url, from: FROM, log });
  expect(mail.configured).toBe(true);
  expect(await mail.send(LETTER)).toBe(true);
  for (const part of [FROM, LETTER.to, LETTER.subject, LETTER.text]) expect(received()).toContain(part);
});

test('a letter that is refused is logged without what stands in it', async () => {
  const { url } = await smtpServer(true);
  expect(await createMail({ smtpUrl: url, from: FROM, log }).send(LETTER)).toBe(false);
  expect(logged).toContain('could not be sent');
  expect(logged).not.toContain('secret1234');
  expect(logged).not.toContain(LETTER.to);
});

test('without a server nothing is sent', async () => {
  const mail = createMail({ smtpUrl: null, from: FROM, log });
  expect(mail.configured).toBe(false);
  expect(await mail.send(LETTER)).toBe(false);
});
