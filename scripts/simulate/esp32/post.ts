import { request } from 'node:http';

/** Posts JSON as the platform's firmware does: with the type of a form, tabs, and a new connection each time. The status and text. */
export function post(url: string, body: object): Promise<{ status: number; text: string }> {
  const text = JSON.stringify(body, null, '\t');
  const headers = {
    'Content-Type': 'application/x-www-form-urlencoded',
    'Content-Length': Buffer.byteLength(text),
    'User-Agent': 'ESP32 HTTP Client/1.0',
  };
  return new Promise((resolve, reject) => {
    const sending = request(url, { method: 'POST', headers, agent: false, timeout: 10_000 }, (response) => {
      let answer = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        answer += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: answer }));
    });
    sending.on('timeout', () => sending.destroy(new Error('no answer in time')));
    sending.on('error', reject).end(text);
  });
}
