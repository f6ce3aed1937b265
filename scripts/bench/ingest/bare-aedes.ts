import { type AddressInfo, createServer } from 'node:net';
import { Aedes } from 'aedes';

// The reference: aedes as it comes, memory only.
const broker = await Aedes.createBroker();
const server = createServer(broker.handle);
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ event: 'ready', mqtt: `mqtt://127.0.0.1:${port}` })}\n`);
});
process.on('SIGTERM', () => process.exit(0));
