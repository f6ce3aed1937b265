/**
 * Something that runs as long as the hub does. The constructor only stores what it is given; `start` begins the work and
 * `stop` ends all of it: no timer, listener or connection of the service is left, and what it had begun is finished.
 */
export interface Service {
  readonly name: string;
  start(): void | Promise<void>;
  stop(): void | Promise<void>;
}
