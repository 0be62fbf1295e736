import jsonPatch, { type Operation } from 'fast-json-patch';
import { describe, expect, it } from 'vitest';
import { aPod, aWorkload } from '../../../test/support/builders';
import { DRAINED_FROM } from '../../cluster/labels';
import type { Action } from '../../protocol';
import type { ReversibleChange, Write } from '../../safety/change';
import { planHeal } from './plan';

const POD = aPod('a', { labels: { app: 'checkout', tier: 'web', 'pod-template-hash': 'h1' } });

function plan(action: Action, workload = aWorkload([POD, aPod('b')])): ReversibleChange {
  const planned = planHeal(action, workload);
  if (planned.kind === 'impossible') throw new Error(planned.why);
  return planned.change;
}

function patched(object: unknown, write: Write): unknown {
  if (write.verb !== 'json-patch') throw new Error(`not a patch: ${write.verb}`);
  return jsonPatch.applyPatch(structuredClone(object), write.operations as Operation[], true).newDocument;
}

describe('the plan of a heal action', () => {
  it('restarts a pod by evicting exactly the pod that was seen', () => {
    expect(plan({ kind: 'restart-pod', pod: 'a', podUid: 'uid-a' })).toMatchObject({
      write: { verb: 'evict', uid: 'uid-a', resource: { plural: 'pods', namespace: 'shop', name: 'a' } },
      inverse: { kind: 'none' },
    });
  });

  it('leaves the replicas to the autoscaler that owns them, and so does not wish what the guard denies', () => {
    const owners = [{ kind: 'hpa', name: 'checkout', owns: 'replicas' }] as const;
    const planned = planHeal({ kind: 'scale', from: 1, to: 2 }, aWorkload([POD], { owners }));
    expect(planned).toEqual({ kind: 'impossible', why: 'HPA checkout owns the replicas' });
  });

  it('scales only from the number that was seen, and back only from the number that was set', () => {
    const change = plan({ kind: 'scale', from: 2, to: 3 });
    const scale = (replicas: number, uid = 'uid-checkout') => ({ metadata: { uid }, spec: { replicas } });
    expect(patched(scale(2), change.write)).toEqual(scale(3));
    expect(() => patched(scale(7), change.write)).toThrow();
    expect(() => patched(scale(2, 'another'), change.write)).toThrow();
    if (change.inverse.kind !== 'write') throw new Error('a scale has an inverse');
    expect(patched(scale(3), change.inverse.write)).toEqual(scale(2));
  });

  it('drains by a label that the Deployment does not select by, where there is one', () => {
    const services = [{ name: 'checkout', selector: { app: 'checkout', tier: 'web' } }];
    const workload = aWorkload([POD], { services });
    const change = plan({ kind: 'drain-pod', pod: 'a', podUid: 'uid-a' }, workload);
    const object = { metadata: { uid: 'uid-a', labels: { ...POD.labels } } };
    expect(patched(object, change.write)).toEqual({
      metadata: {
        uid: 'uid-a',
        labels: { app: 'checkout', 'pod-template-hash': 'h1', [DRAINED_FROM]: 'checkout' },
      },
    });
  });

  it('gives the pod back exactly the labels that draining took', () => {
    const change = plan({ kind: 'drain-pod', pod: 'a', podUid: 'uid-a' });
    const object = { metadata: { uid: 'uid-a', labels: { ...POD.labels } } };
    if (change.inverse.kind !== 'write') throw new Error('a drain has an inverse');
    expect(patched(patched(object, change.write), change.inverse.write)).toEqual(object);
  });

  it('is impossible for a pod that is gone, or that no Service knows', () => {
    expect(planHeal({ kind: 'restart-pod', pod: 'x', podUid: 'uid-x' }, aWorkload([POD])).kind).toBe(
      'impossible',
    );
    const lonely = aWorkload([POD], { services: [] });
    expect(planHeal({ kind: 'drain-pod', pod: 'a', podUid: 'uid-a' }, lonely).kind).toBe('impossible');
  });
});
