import type { AgentSnapshot, ErrorInfo, Method, Params, Result, ServerMessage } from '../../agent/protocol';

/** One agent process, from its start to its death. */
export interface AgentSession {
  /** The state when the session began. */
  readonly initial: AgentSnapshot;
  /** Begins to report; called once. A death before that is reported then. */
  listen(listener: SessionListener): void;
  request<M extends Method>(method: M, params: Params<M>): Promise<Result<M>>;
  /** Ends the process; resolves when it is gone. Nothing is reported to the listener afterwards. */
  dispose(): Promise<void>;
}

/** What a session tells its owner. */
export interface SessionListener {
  /** The state has changed, by this message. */
  onSnapshot(snapshot: AgentSnapshot, message: ServerMessage): void;
  onStreamLost(): void;
  /** The process has ended without being asked to. */
  onDied(error: ErrorInfo): void;
}

/** Starts an agent; rejects with a `CoxswainError` when it does not come up, leaving no process behind. */
export type StartSession = () => Promise<AgentSession>;
