import type { AgentSnapshot, ErrorInfo, Method, Params, Result, ServerMessage } from '../../agent/protocol';
import { toErrorInfo } from '../../agent/protocol/errors';
import { Signal } from '../signal';
import { afterDeath } from './restartPolicy';
import type { AgentSession, SessionListener, StartSession } from './session';
import { type AgentState, agentNotRunning, shownSnapshot } from './state';
import type { StateStore } from './stateStore';

/** An agent that runs: having one in hand proves that it can be asked. */
export interface RunningAgent {
  readonly snapshot: AgentSnapshot;
  request<M extends Method>(method: M, params: Params<M>): Promise<Result<M>>;
}

export interface SupervisorClock {
  nowMs(): number;
  /** Calls back once; returns a function that cancels it. */
  schedule(delayMs: number, callback: () => void): () => void;
}

/** Keeps one agent alive: restarts it with back-off when it dies, three times, then asks by `gaveUp`. */
export class AgentSupervisor {
  /** A new agent runs. */
  readonly ready = new Signal<RunningAgent>();
  readonly gaveUp = new Signal<ErrorInfo>();
  readonly #startSession: StartSession;
  readonly #store: StateStore;
  readonly #clock: SupervisorClock;
  #session: AgentSession | null = null;
  #deathsMs: number[] = [];
  #cancelRestart: () => void = () => {};
  /** Counts starts, so that what an earlier process still says is recognised and dropped. */
  #generation = 0;

  constructor(startSession: StartSession, store: StateStore, clock: SupervisorClock) {
    this.#startSession = startSession;
    this.#store = store;
    this.#clock = clock;
  }

  /** The agent as it is now, or null. */
  get running(): RunningAgent | null {
    const state = this.#store.state;
    const session = this.#session;
    if (state.kind !== 'running' || !session) return null;
    return { snapshot: state.snapshot, request: (method, params) => session.request(method, params) };
  }

  /** The agent once it has left `starting` and `restarting`; throws where it is down. */
  async whenRunning(): Promise<RunningAgent> {
    while (isTransient(this.#store.state)) await this.#nextState();
    const running = this.running;
    if (!running) throw agentNotRunning(this.#store.state);
    return running;
  }

  /** Ends the agent that runs, if any, and starts a new one with a clean record; see `whenRunning`. */
  async restart(): Promise<void> {
    this.#deathsMs = [];
    const generation = await this.#end();
    // Of two restarts at once only the later one starts an agent.
    if (generation === this.#generation) void this.#start();
  }

  async dispose(): Promise<void> {
    this.ready.dispose();
    this.gaveUp.dispose();
    await this.#end();
  }

  async #start(): Promise<void> {
    const generation = ++this.#generation;
    this.#store.set({ kind: 'starting', last: shownSnapshot(this.#store.state) });
    try {
      const session = await this.#startSession();
      if (generation === this.#generation) this.#adopt(session, generation);
      else await session.dispose();
    } catch (error) {
      if (generation === this.#generation) this.#onDied(toErrorInfo(error));
    }
  }

  #adopt(session: AgentSession, generation: number): void {
    this.#session = session;
    this.#show(session.initial, { kind: 'snapshot', snapshot: session.initial });
    session.listen(this.#listen(generation));
    const running = this.running;
    if (running) this.ready.fire(running);
  }

  async #end(): Promise<number> {
    const generation = ++this.#generation;
    this.#cancelRestart();
    const session = this.#session;
    this.#session = null;
    this.#store.set({ kind: 'starting', last: shownSnapshot(this.#store.state) });
    await session?.dispose();
    return generation;
  }

  #listen(generation: number): SessionListener {
    const ifCurrent = (act: () => void) => {
      if (generation === this.#generation) act();
    };
    return {
      onSnapshot: (snapshot, message) => ifCurrent(() => this.#show(snapshot, message)),
      onStreamLost: () => ifCurrent(() => this.#onStreamLost()),
      onDied: (error) => ifCurrent(() => this.#onDied(error)),
    };
  }

  #show(snapshot: AgentSnapshot, message: ServerMessage): void {
    this.#store.set({ kind: 'running', snapshot, stream: { kind: 'live' } });
    this.#store.relayed.fire(message);
  }

  #onStreamLost(): void {
    const state = this.#store.state;
    if (state.kind !== 'running' || state.stream.kind === 'lost') return;
    this.#store.set({ ...state, stream: { kind: 'lost', sinceMs: this.#clock.nowMs() } });
  }

  #onDied(error: ErrorInfo): void {
    this.#session = null;
    const last = shownSnapshot(this.#store.state);
    const nowMs = this.#clock.nowMs();
    this.#deathsMs.push(nowMs);
    const decision = isRefusal(error) ? { kind: 'ask' as const } : afterDeath(this.#deathsMs, nowMs);
    this.#store.relayed.fire({ kind: 'goodbye', error });
    if (decision.kind === 'ask') {
      this.#store.set({ kind: 'down', error, last });
      this.gaveUp.fire(error);
      return;
    }
    this.#store.set({ kind: 'restarting', delayMs: decision.delayMs, error, last });
    this.#cancelRestart = this.#clock.schedule(decision.delayMs, () => void this.#start());
  }

  #nextState(): Promise<void> {
    return new Promise((resolve) => {
      const subscription = this.#store.changed.on(() => {
        subscription.dispose();
        resolve();
      });
    });
  }
}

function isTransient(state: AgentState): boolean {
  return state.kind === 'starting' || state.kind === 'restarting';
}

/** The agent said why it will not run, for example a locked journal: starting it again would change nothing. */
function isRefusal({ code }: ErrorInfo): boolean {
  return code !== 'agent-not-running' && code !== 'internal';
}
