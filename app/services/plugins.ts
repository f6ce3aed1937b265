import { type FSWatcher, watch } from 'node:fs';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Disposer } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { Mutex } from '../../lib/mutex.ts';
import type { DeviceModel } from '../../models/device.ts';
import { faultOf } from '../../models/drivers/device-error.ts';
import type { Driver } from '../../models/drivers/driver.ts';
import { brokenPlugin, type PluginFacts, pluginDriver, pluginFamily } from '../../models/drivers/plugin.ts';
import { compilePlugin, endCompiler, workerText } from '../plugins/compile.ts';
import { PluginRunner } from '../plugins/runner.ts';
import type { Service } from './service.ts';

export interface PluginsDeps {
  /** The folder of the plug-ins' files. */
  readonly folder: string;
  /** The hub's families, which the plug-ins join. */
  readonly drivers: Map<string, Driver>;
  readonly devices: Pick<DeviceModel, 'all' | 'set'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly memory: () => number;
}

/** A plug-in as people see it. */
export interface PluginInfo {
  readonly file: string;
  /** Null where it never told. */
  readonly type: string | null;
  /** `paused`: it failed so badly that it gets a moment's rest. */
  readonly state: 'ready' | 'paused' | 'failed';
  readonly switch: boolean;
  /** The last thing that went wrong, until something went well. */
  readonly error: string | null;
  /** Unix seconds. */
  readonly errorAt: number | null;
}

interface Loaded {
  readonly stamp: string;
  readonly runner: PluginRunner | null;
  readonly facts: PluginFacts | null;
  /** Its own, or that of its last good text. */
  readonly type: string | null;
  readonly error: { readonly message: string; readonly at: number } | null;
}

/**
 * The plug-ins in the storage folder: read at the start and whenever a file changes, each a driver of its own. One that is broken
 * or gone leaves a driver that says so to its devices' pages.
 */
export class Plugins implements Service {
  readonly name = 'plug-ins';
  readonly #deps: PluginsDeps;
  readonly #loaded = new Map<string, Loaded>();
  readonly #reading = new Mutex();
  #watcher: FSWatcher | null = null;
  #soon: Disposer = () => undefined;
  #often: Disposer = () => undefined;
  #worker: string | null = null;
  #isStopped = false;

  constructor(deps: PluginsDeps) {
    this.#deps = deps;
  }

  /** Resolves when every plug-in that is there has been read. Never rejects: the hub runs without them too. */
  async start(): Promise<void> {
    const { folder, clock, log } = this.#deps;
    await mkdir(folder, { recursive: true }).catch((error: unknown) => {
      log.warn({ err: error }, 'there is no folder for plug-ins');
    });
    await this.look();
    // Some file systems tell of no change: it is looked after all the same.
    this.#often = clock.every(OFTEN_MS, () => void this.look());
    try {
      this.#watcher = watch(folder, () => this.#changed());
      this.#watcher.on('error', () => this.#watcher?.close());
      this.#watcher.unref();
    } catch (error) {
      log.debug({ err: error }, 'changes of plug-ins are noticed late');
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#soon();
    this.#often();
    this.#watcher?.close();
    await this.#reading.run(async () => {
      for (const { runner } of this.#loaded.values()) await runner?.stop();
    });
  }

  /** By file name. */
  list(): PluginInfo[] {
    return [...this.#loaded].sort(byName).map(([file, { type, facts, runner, error }]) => {
      const last = error ?? runner?.error ?? null;
      const state = runner ? (runner.isPaused ? 'paused' : 'ready') : 'failed';
      const seen = { error: last?.message ?? null, errorAt: last?.at ?? null };
      return { file, type, state, switch: facts?.can.switch ?? false, ...seen };
    });
  }

  /** Reads what has changed. Never rejects. */
  look(): Promise<void> {
    return this.#reading.run(async () => {
      if (this.#isStopped) return;
      try {
        await this.#readAll();
      } catch (error) {
        this.#deps.log.warn({ err: error }, 'plug-ins could not be read');
      }
    });
  }

  #changed(): void {
    this.#soon();
    this.#soon = this.#deps.clock.after(SETTLED_MS, () => void this.look());
  }

  async #readAll(): Promise<void> {
    const stamps = await stampsOf(this.#deps.folder);
    const gone = [...this.#loaded.keys()].filter((file) => !stamps.has(file));
    const fresh = [...stamps].filter(([file, stamp]) => this.#loaded.get(file)?.stamp !== stamp);
    for (const file of gone) await this.#drop(file);
    for (const [file, stamp] of fresh.sort(byName)) await this.#read(file, stamp);
    if (fresh.length > 0) await endCompiler();
    await this.#join();
  }

  async #drop(file: string): Promise<Loaded | undefined> {
    const before = this.#loaded.get(file);
    this.#loaded.delete(file);
    await before?.runner?.stop();
    return before;
  }

  async #read(file: string, stamp: string): Promise<void> {
    const { folder, log, clock } = this.#deps;
    const before = await this.#drop(file);
    try {
      const code = await compilePlugin(file, await readFile(join(folder, file), 'utf8'));
      this.#worker ??= await workerText();
      const said = (text: string) => log.debug({ plugin: file, text }, 'a plug-in printed');
      const runner = new PluginRunner({ ...this.#deps, worker: this.#worker, said }, code);
      const facts = await runner.start().catch(async (error: unknown) => {
        await runner.stop();
        throw error;
      });
      const twin = [...this.#loaded].find(([, other]) => other.facts?.type === facts.type)?.[0];
      if (twin !== undefined) {
        await runner.stop();
        throw new Error(`The type ${facts.type} is that of ${twin} already.`);
      }
      this.#loaded.set(file, { stamp, runner, facts, type: facts.type, error: null });
      log.info({ plugin: file, type: facts.type }, 'a plug-in was loaded');
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : faultOf(cause).message;
      const error = { message, at: clock.seconds() };
      this.#loaded.set(file, { stamp, runner: null, facts: null, type: before?.type ?? null, error });
      log.warn({ plugin: file, message }, 'a plug-in cannot be used');
    }
  }

  /** Puts the drivers in place and lets whoever reads devices know. */
  async #join(): Promise<void> {
    const { drivers, devices } = this.#deps;
    const wanted = new Map<string, Loaded | null>();
    for (const { family } of devices.all()) if (family.startsWith(PREFIX)) wanted.set(family, null);
    for (const each of this.#loaded.values()) {
      if (each.type === null) continue;
      const family = pluginFamily(each.type);
      if (each.runner || !wanted.get(family)?.runner) wanted.set(family, each);
    }
    const changed = new Set<string>();
    for (const family of drivers.keys()) {
      if (family.startsWith(PREFIX) && !wanted.has(family)) drivers.delete(family);
    }
    for (const [family, loaded] of wanted) {
      const key = loaded?.runner ?? loaded?.error?.message ?? MISSING;
      if (this.#joined.get(family) === key && drivers.has(family)) continue;
      this.#joined.set(family, key);
      drivers.set(family, driverOf(family, loaded));
      changed.add(family);
    }
    for (const { id, family } of devices.all()) {
      if (changed.has(family)) await devices.set(id, {}).catch(() => false);
    }
  }

  /** What each family's driver was made of. */
  readonly #joined = new Map<string, PluginRunner | string>();
}

const PREFIX = 'plugin:';
const MISSING = 'missing';
/** A file is read when it has not been written for so long. */
const SETTLED_MS = 300;
const OFTEN_MS = 30_000;
const NAME = /^(?!.*\.d\.ts$)[\w-][\w.-]{0,59}\.(ts|js|mjs)$/;
const MOST_FILES = 50;
const MOST_BYTES = 262_144;

function driverOf(family: string, loaded: Loaded | null): Driver {
  const type = family.slice(PREFIX.length);
  if (!loaded) return brokenPlugin(type, `There is no plug-in for ${type} in storage/plugins.`);
  const { runner, facts, error } = loaded;
  if (!runner || !facts) return brokenPlugin(type, error?.message ?? '');
  return pluginDriver(facts, (method, args, http) => runner.call(method, args, http));
}

/** What tells a changed file from the same. */
async function stampsOf(folder: string): Promise<Map<string, string>> {
  const stamps = new Map<string, string>();
  const names = (await readdir(folder)).filter((name) => NAME.test(name)).sort();
  for (const name of names.slice(0, MOST_FILES)) {
    const found = await stat(join(folder, name)).catch(() => null);
    if (found?.isFile() && found.size <= MOST_BYTES) stamps.set(name, `${found.size} ${found.mtimeMs}`);
  }
  return stamps;
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
