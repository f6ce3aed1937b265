import type { Server as HttpServer, IncomingMessage } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { LIMITS } from './limits.ts';

export interface TlsKeys {
  readonly key: string;
  readonly cert: string;
}

/** Called for every connection, whichever way it came. */
export type Enter = (conn: Duplex, address: string) => void;

/** A TCP server that hands its connections over. */
export function tcpListener(enter: Enter): Server {
  return createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS }, (socket) =>
    welcome(socket, enter),
  );
}

/** A TLS server that hands its connections over once they are encrypted. */
export function tlsListener(keys: TlsKeys, enter: Enter): TlsServer {
  const server = createTlsServer({ ...keys, minVersion: 'TLSv1.2', handshakeTimeout: LIMITS.connectMs }, (socket) => {
    socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS);
    welcome(socket, enter);
  });
  // A failed handshake has closed its socket already.
  server.on('tlsClientError', () => undefined);
  return server;
}

/** Takes the upgrades to `/mqtt` of an HTTP server; other upgrades are closed. `allow` looks at the Host header. */
export function webSocketListener(
  http: HttpServer,
  enter: Enter,
  allow: (request: IncomingMessage) => boolean,
): () => void {
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: LIMITS.packetBytes * 2,
    // [MQTT-6.0.0-3] the subprotocol is "mqtt"; MQTT 3.1's name is taken too
    handleProtocols: (offered) => ['mqtt', 'mqttv3.1'].find((name) => offered.has(name)) ?? false,
  });
  http.on('upgrade', upgrade);
  return () => {
    http.off('upgrade', upgrade);
    for (const socket of server.clients) socket.terminate();
  };

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const [path] = (request.url ?? '').split('?');
    if (path !== '/mqtt' || !allow(request)) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const address = request.socket.remoteAddress ?? '';
    server.handleUpgrade(request, socket, head, (ws) => enter(createWebSocketStream(ws), plain(address)));
  }
}

/** The port a server listens on. */
export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

const KEEP_ALIVE_MS = 60_000;

function welcome(socket: Socket, enter: Enter): void {
  enter(socket, plain(socket.remoteAddress ?? ''));
}

/** An IPv4 address in IPv6's clothes counts as the IPv4 address it is. */
function plain(address: string): string {
  return address.replace(/^::ffff:/, '');
}
