import type { AgentSnapshot } from '../agent/protocol';
import { emptySnapshot } from '../agent/protocol/applyDelta';
import { exampleWorkload } from '../test/support/protocolExamples';
import type { AgentState } from './agent/state';

export function connectedSnapshot(part: Partial<AgentSnapshot> = {}): AgentSnapshot {
  return {
    ...emptySnapshot('0.1.0', 42),
    mode: 'approve',
    connection: {
      kind: 'connected',
      context: 'kind-dev',
      server: 'https://127.0.0.1:6443',
      serverVersion: 'v1.35.0',
      capabilities: [],
      permissions: [],
      metrics: { kind: 'prometheus', address: 'http://prometheus' },
      trouble: null,
    },
    workloads: [exampleWorkload()],
    ...part,
  };
}

export function running(part: Partial<AgentSnapshot> = {}): AgentState {
  return { kind: 'running', snapshot: connectedSnapshot(part), stream: { kind: 'live' } };
}
