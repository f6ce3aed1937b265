import type { AddressInfo } from 'node:net';
import express from 'express';

// The reference: handlers that read the form, parse the JSON in it and answer.
const app = express();
app.post('/input/post', express.urlencoded({ extended: false }), (request, response) => {
  const { fulljson } = request.body as { fulljson: string };
  response.type('text/plain').send(JSON.parse(fulljson).power > 0 ? '{"success": true}' : '');
});
app.post('/input/bulk', express.urlencoded({ extended: false, limit: '32mb' }), (request, response) => {
  const { data } = request.body as { data: string };
  response.type('text/plain').send((JSON.parse(data) as unknown[]).length > 0 ? 'ok' : '');
});
const server = app.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ event: 'ready', http: `http://127.0.0.1:${port}` })}\n`);
});
process.on('SIGTERM', () => process.exit(0));
