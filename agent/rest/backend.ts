import type { AgentSnapshot, Method, Params, Result } from '../protocol';
import type { FullHealth } from './health';

/** What the REST service asks: the agent, or the policy that `coxswain serve` has loaded. */
export interface RestBackend {
  /** @param via the surface, for the journal */
  handle<M extends Method>(method: M, params: Params<M>, via: string): Promise<Result<M>>;
  snapshot(): AgentSnapshot;
  health(): FullHealth;
}

/** What the service tells about itself and its answers, in the text format of Prometheus. */
export interface RestMetrics {
  readonly contentType: string;
  text(): Promise<string>;
  requestAnswered(request: { method: string; route: string; status: number; seconds: number }): void;
  predicted(answer: Result<'predict'> & { task: string }): void;
}
