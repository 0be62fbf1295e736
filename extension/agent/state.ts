import type { AgentSnapshot, ErrorInfo, Proposal } from '../../agent/protocol';
import { CoxswainError } from '../../agent/protocol/errors';

/** What the window knows of its agent. `last` is shown, marked as old, until a new agent has spoken. */
export type AgentState =
  | { kind: 'starting'; last: AgentSnapshot | null }
  | { kind: 'running'; snapshot: AgentSnapshot; stream: { kind: 'live' } | { kind: 'lost'; sinceMs: number } }
  | { kind: 'restarting'; delayMs: number; error: ErrorInfo; last: AgentSnapshot | null }
  | { kind: 'down'; error: ErrorInfo; last: AgentSnapshot | null };

/** The state to show, which may be old: see `outOfTouch`. */
export function shownSnapshot(state: AgentState): AgentSnapshot | null {
  return state.kind === 'running' ? state.snapshot : state.last;
}

/** Why what is shown may no longer be true, or null while the agent's stream is live. */
export function outOfTouch(state: AgentState): string | null {
  switch (state.kind) {
    case 'starting':
      return 'the agent is starting';
    case 'restarting':
      return 'the agent is being restarted';
    case 'down':
      return 'the agent is not running';
    case 'running':
      return state.stream.kind === 'lost' ? 'the stream from the agent is interrupted' : null;
  }
}

/** Proposals that wait for the person, oldest first. Only a live agent can take an answer. */
export function pendingProposals(state: AgentState): readonly Proposal[] {
  if (state.kind !== 'running') return [];
  return state.snapshot.proposals.filter((proposal) => proposal.state.kind === 'pending');
}

/** Value of the context key `coxswain.state`, by which package.json chooses the welcome texts. */
export function contextKey(state: AgentState): string {
  if (state.kind !== 'running') return state.kind;
  return state.snapshot.connection.kind;
}

/** What a command needs to be there before it can do anything. */
export type Need = 'nothing' | 'agent' | 'cluster';

/** Why a command with this need cannot run now, or null. */
export function blockedBy(need: Need, state: AgentState): CoxswainError | null {
  if (need === 'nothing') return null;
  if (state.kind !== 'running') return agentNotRunning(state);
  if (need === 'agent' || state.snapshot.connection.kind === 'connected') return null;
  return new CoxswainError(
    'not-connected',
    'Coxswain is not connected to a cluster.',
    'Connect to a context, or start the embedded cluster.',
  );
}

export function agentNotRunning(state: AgentState): CoxswainError {
  if (state.kind === 'down') {
    return new CoxswainError(
      'agent-not-running',
      `The Coxswain agent is not running: ${state.error.message}`,
      state.error.remedy,
    );
  }
  return new CoxswainError(
    'agent-not-running',
    'The Coxswain agent is still starting.',
    'Try again in a moment; "Coxswain: Show Agent Output" says what it does.',
  );
}
