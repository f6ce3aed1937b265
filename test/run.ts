/** What test/global-setup.ts hands to every test file. */
export interface TestRun {
  /** The run's temporary folder. */
  readonly folder: string;
  readonly mysqlSocket: string;
  readonly redisSocket: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    run: TestRun;
  }
}
