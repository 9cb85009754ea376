import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { endProcess, type ProcessRef, refTo } from './process-ref.ts';

/** How to run one process. A `node` process ends by itself when the platform has ended. */
export type Command = {
  file: string;
  args: string[];
  env: Record<string, string>;
  node?: boolean;
  /** The account to run under, for a program that refuses to run as root. */
  account?: { uid: number; gid: number } | undefined;
  /** The signal for a quick, orderly shutdown. */
  stopSignal: 'SIGTERM' | 'SIGINT';
};

export type ManagedProcess = {
  name: string;
  /** Prepares what the process needs. Called before each start and restart. */
  prepare(): Promise<Command>;
  /** Whether the process is ready. Called every 40 ms until it returns true. */
  isReady(child: ChildProcess): Promise<boolean>;
};

type Running = ManagedProcess & {
  child: ChildProcess;
  ref: ProcessRef;
  stopSignal: Command['stopSignal'];
  startedAt: number;
  /** True while it is ended on purpose, so that it is not restarted. */
  ending: boolean;
};

type GroupOptions = {
  logDir: string;
  /** Called whenever the set of running processes has changed. */
  onChange(processes: (ProcessRef & { name: string })[]): void;
  onRestart(name: string, reason: string): void;
  /** A process that cannot be kept running. */
  onFailure(name: string, error: Error): void;
};

const READY_TIMEOUT_MS = 60_000;
const READY_POLL_MS = 40;
const STOP_GRACE_MS = 4_000;
const MAX_RESTARTS = 4;
/** The restarts of a process that ran this long are counted from zero again. */
const STEADY_MS = 60_000;
const RESTART_PAUSE_MS = 500;
const CHILD = new URL('exit-with-parent.ts', import.meta.url).href;
const REAPER = fileURLToPath(new URL('reaper.ts', import.meta.url));

/** The platform's processes. One that ends by itself is restarted; all end together. */
export class ProcessGroup {
  readonly #options: GroupOptions;
  readonly #running = new Map<string, Running>();
  readonly #spawning = new Map<string, Promise<Running>>();
  readonly #restarts = new Map<string, number>();
  readonly #reaper: ChildProcess;
  #stopping = false;

  constructor(options: GroupOptions) {
    this.#options = options;
    mkdirSync(options.logDir, { recursive: true });
    const env = { PATH: process.env.PATH };
    this.#reaper = spawn(process.execPath, [REAPER], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      env,
    });
    this.#reaper.stdin?.on('error', () => {});
    this.#reaper.unref();
  }

  /**
   * Starts a process and resolves once it is ready.
   * @throws Error with the last lines of its log when it ends before, or is not ready after a minute
   */
  async start(managed: ManagedProcess): Promise<void> {
    const running = await this.#spawn(managed, 'w');
    try {
      await this.#untilReady(running);
    } catch (error) {
      this.#forget(running);
      await endProcess(running.ref, 'SIGKILL', 0);
      throw error;
    }
    running.child.once('exit', () => void this.#restart(running));
    if (running.child.exitCode !== null || running.child.signalCode !== null) void this.#restart(running);
  }

  /** Ends one process and does not restart it. Does nothing when it does not run. */
  async end(name: string): Promise<void> {
    await this.#spawning.get(name)?.catch(() => {});
    const running = this.#running.get(name);
    if (!running) return;
    running.ending = true;
    await endProcess(running.ref, running.stopSignal, STOP_GRACE_MS);
    this.#forget(running);
  }

  /** Ends the named processes, or all. Resolves when they have ended; no process is started after that. */
  async stop(names: string[] = [...this.#running.keys()]): Promise<void> {
    this.#stopping = true;
    const chosen = names.flatMap((name) => this.#running.get(name) ?? []);
    await Promise.all(
      chosen.map(async (running) => {
        await endProcess(running.ref, running.stopSignal, STOP_GRACE_MS);
        this.#forget(running);
      }),
    );
    if (this.#running.size === 0) await this.#dismissReaper();
  }

  async #dismissReaper(): Promise<void> {
    this.#reaper.ref();
    this.#reaper.stdin?.end();
    if (this.#reaper.exitCode === null && this.#reaper.signalCode === null) await once(this.#reaper, 'exit');
  }

  #spawn(managed: ManagedProcess, logMode: 'w' | 'a'): Promise<Running> {
    const { name } = managed;
    const spawned = this.#launch(managed, logMode).finally(() => this.#spawning.delete(name));
    this.#spawning.set(name, spawned);
    return spawned;
  }

  async #launch(managed: ManagedProcess, logMode: 'w' | 'a'): Promise<Running> {
    const { file, args, env, node = false, account, stopSignal } = await managed.prepare();
    if (this.#stopping) throw new Error('the platform is stopping');
    const log = openSync(this.#logFile(managed.name), logMode);
    const child = spawn(file, node ? ['--import', CHILD, ...args] : args, {
      stdio: ['ignore', log, log, ...(node ? (['ipc'] as const) : [])],
      // Its own process group: Ctrl-C reaches only the platform, which then ends the others in order.
      detached: true,
      env,
      ...account,
    });
    closeSync(log);
    const failed = new Promise<never>((_, reject) => child.on('error', reject));
    failed.catch(() => {});
    if (child.pid === undefined) return await failed;
    const ref = (await refTo(child.pid)) ?? { pid: child.pid, identity: 'ended' };
    const running = { ...managed, child, ref, stopSignal, startedAt: Date.now(), ending: false };
    this.#running.set(managed.name, running);
    this.#reaper.stdin?.write(`+ ${ref.pid} ${stopSignal} ${ref.identity}\n`);
    this.#changed();
    if (this.#stopping) await this.stop([managed.name]);
    return running;
  }

  async #untilReady(running: Running): Promise<void> {
    const deadline = Date.now() + READY_TIMEOUT_MS;
    const { child, name } = running;
    while (!(await running.isReady(child).catch(() => false))) {
      const ended = child.exitCode ?? child.signalCode;
      if (ended !== null) throw new Error(`${name} ended while starting (${ended}):\n${this.#logTail(name)}`);
      if (this.#stopping) throw new Error('the platform is stopping');
      if (Date.now() > deadline) throw new Error(`${name} is not ready after 60 s:\n${this.#logTail(name)}`);
      await delay(READY_POLL_MS);
    }
  }

  /** Restarts a process that has ended by itself. After MAX_RESTARTS in a row it is reported as failed. */
  async #restart(dead: Running): Promise<void> {
    this.#forget(dead);
    if (this.#stopping || dead.ending) return;
    const { name, child } = dead;
    const reason = child.signalCode ?? `exit code ${child.exitCode}`;
    const before = Date.now() - dead.startedAt > STEADY_MS ? 0 : (this.#restarts.get(name) ?? 0);
    const restarts = before + 1;
    this.#restarts.set(name, restarts);
    try {
      if (restarts > MAX_RESTARTS)
        throw new Error(`${name} keeps ending (${reason}):\n${this.#logTail(name)}`);
      this.#options.onRestart(name, reason);
      await delay(RESTART_PAUSE_MS);
      // A change of its source has started it in the meantime.
      if (this.#running.has(name) || this.#spawning.has(name)) return;
      const running = await this.#spawn(dead, 'a');
      running.child.once('exit', () => void this.#restart(running));
    } catch (error) {
      const reason = error instanceof Error ? error : new Error(String(error));
      if (!this.#stopping) this.#options.onFailure(name, reason);
    }
  }

  #forget({ name, ref }: Running): void {
    if (this.#running.get(name)?.ref.pid === ref.pid) this.#running.delete(name);
    this.#reaper.stdin?.write(`- ${ref.pid}\n`);
    this.#changed();
  }

  #changed(): void {
    this.#options.onChange([...this.#running.values()].map(({ name, ref }) => ({ name, ...ref })));
  }

  #logFile(name: string): string {
    return path.join(this.#options.logDir, `${name}.log`);
  }

  #logTail(name: string): string {
    const lines = readFileSync(this.#logFile(name), 'utf8').trimEnd().split('\n').slice(-12);
    return `${lines.join('\n')}\n(the whole log: ${this.#logFile(name)})`;
  }
}
