export interface HttpLogin {
  readonly user: string;
  readonly password: string;
  /** Whoever asks for the password itself, as basic authentication does, does not get it. */
  readonly digestOnly?: boolean;
}

export interface HttpAsk {
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly body?: string | Buffer;
  /** Content type of the body. */
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as the device's 401 asks for it: digest (SHA-256 or MD5) or basic. Without a 401 it is not sent. */
  readonly login?: HttpLogin;
  /** For the whole exchange; 5 s unless told. */
  readonly timeoutMs?: number;
  /** Most bytes of an answer; 256 KiB unless told. */
  readonly limit?: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
  text(): string;
  /** Throws DeviceError `garbled` where the body is no JSON. */
  json(): unknown;
}

/** Plain HTTP to devices in the house. Redirects are not followed: they come back as the answer they are. */
export interface HttpPort {
  /** `address` is `host` or `host:port`. Resolves with whatever status came, but 401 after the login was tried rejects with `login`. */
  fetch(address: string, path: string, ask?: HttpAsk): Promise<HttpAnswer>;
}
