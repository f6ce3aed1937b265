import type { Server } from 'node:net';
import { HubError } from '../lib/errors.ts';

/** Where a door is to open, and the two settings that say so. */
export interface Door {
  readonly host: string;
  readonly port: number;
  readonly settings: readonly [host: string, port: string];
}

/** Opens a door; throws HUB_PORT with what is in the way and which setting helps. */
export function listen(server: Server, { host, port, settings }: Door): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: NodeJS.ErrnoException) => reject(explained(cause, { host, port, settings }));
    server.once('error', fail);
    server.listen({ host, port }, () => {
      server.off('error', fail);
      resolve();
    });
  });
}

function explained(cause: NodeJS.ErrnoException, { host, port, settings: [hostName, portName] }: Door): Error {
  const reason: Record<string, string> = {
    EADDRINUSE: `Port ${port} is taken by another program. Stop it, or set ${portName} to another port.`,
    EACCES: `Port ${port} may not be opened by this user. Set ${portName} to one above 1023.`,
    EADDRNOTAVAIL: `This machine does not have the address ${host}. Set ${hostName} to one that it has.`,
    ENOTFOUND: `No address is known for ${host}. Set ${hostName} to an address of this machine.`,
  };
  const sentence = reason[cause.code ?? ''];
  return sentence ? new HubError('HUB_PORT', { sentence, cause }) : cause;
}
