import type { ServerMessage } from '../../agent/protocol';
import { Signal } from '../signal';
import type { AgentState } from './state';

export interface StateChange {
  previous: AgentState;
  current: AgentState;
}

/** Holds what the window knows of its agent. Every view renders from here and from nowhere else. */
export class StateStore {
  readonly changed = new Signal<StateChange>();
  /** Snapshots and deltas in the order in which they became `state`, for the dashboard. */
  readonly relayed = new Signal<ServerMessage>();
  #state: AgentState = { kind: 'starting', last: null };

  get state(): AgentState {
    return this.#state;
  }

  set(state: AgentState): void {
    const previous = this.#state;
    this.#state = state;
    this.changed.fire({ previous, current: state });
  }

  dispose(): void {
    this.changed.dispose();
    this.relayed.dispose();
  }
}
