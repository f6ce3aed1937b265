export interface TcpAsk {
  /** Whether the answer is whole; asked after each piece. */
  isWhole(got: Buffer): boolean;
  /** For the whole exchange; 5 s unless told. */
  readonly timeoutMs?: number;
  /** Most bytes of an answer; 64 KiB unless told. */
  readonly limit?: number;
}

/** One question and one answer over TCP. */
export interface TcpPort {
  exchange(address: string, port: number, question: Buffer, ask: TcpAsk): Promise<Buffer>;
}

/** One question and one answer in a datagram each. */
export interface UdpPort {
  exchange(address: string, port: number, question: Buffer, timeoutMs?: number): Promise<Buffer>;
}
