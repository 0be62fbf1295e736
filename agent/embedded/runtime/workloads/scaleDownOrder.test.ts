import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../objectStore';
import { inScaleDownOrder } from './scaleDownOrder';

interface Traits {
  node?: string;
  phase?: string;
  readyAt?: string;
  cost?: string;
  restarts?: number;
  createdAt?: string;
}

function pod(name: string, traits: Traits = {}): KubeObject {
  const { node = name, phase = 'Running', readyAt = '2026-01-01T00:00:00Z', cost, restarts = 0 } = traits;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      uid: name,
      resourceVersion: '1',
      creationTimestamp: traits.createdAt ?? '2026-01-01T00:00:00Z',
      ...(cost && { annotations: { 'controller.kubernetes.io/pod-deletion-cost': cost } }),
    },
    spec: { ...(node && { nodeName: node }), containers: [{ name: 'app' }] },
    status: {
      phase,
      conditions: [{ type: 'Ready', status: readyAt ? 'True' : 'False', lastTransitionTime: readyAt }],
      containerStatuses: [{ restartCount: restarts }],
    },
  };
}

describe('inScaleDownOrder', () => {
  it.each<[string, Traits]>([
    ['has no node', { node: '' }],
    ['is pending', { phase: 'Pending' }],
    ['is not ready', { readyAt: '' }],
    ['is cheaper to delete', { cost: '-1' }],
    ['became ready later', { readyAt: '2026-01-01T00:01:00Z' }],
    ['restarted more often', { restarts: 2 }],
    ['is younger', { createdAt: '2026-01-01T00:01:00Z' }],
  ])('gives up first the pod that %s', (_, traits) => {
    const names = inScaleDownOrder([pod('a'), pod('victim', traits), pod('b')]).map(
      ({ metadata }) => metadata.name,
    );
    expect(names[0]).toBe('victim');
  });

  it('gives up first a pod that shares its node with a sibling', () => {
    const pods = [pod('a'), pod('b', { node: 'shared' }), pod('c', { node: 'shared' })];
    expect(inScaleDownOrder(pods).at(-1)?.metadata.name).toBe('a');
  });

  it('puts readiness before the cost', () => {
    const pods = [pod('cheap', { cost: '-5' }), pod('unready', { readyAt: '' })];
    expect(inScaleDownOrder(pods)[0]?.metadata.name).toBe('unready');
  });
});
