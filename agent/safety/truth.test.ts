import { describe, expect, it } from 'vitest';
import { aPod, aWorkload } from '../../test/support/builders';
import { planHeal } from '../tasks/heal/plan';
import type { Write } from './change';
import { handBackChange, takeOverChange } from './handover/changes';
import { anAutoscaler, aTakenOver, objectOf, STAMP } from './testing/autoscalers';
import { type Truth, truthOf } from './truth';

const resource = { apiVersion: 'v1', plural: 'pods', namespace: 'shop', name: 'a' };
const evict: Write = { verb: 'evict', resource, uid: 'u' };
const create: Write = { verb: 'create', resource, object: {} };

const plan = planHeal({ kind: 'drain-pod', pod: 'a', podUid: 'uid-a' }, aWorkload([aPod('a'), aPod('b')]));
if (plan.kind === 'impossible') throw new Error(plan.why);
const drain = plan.change.write;
const labelled = (labels: Record<string, string>, uid = 'uid-a') => ({ metadata: { uid, labels } });
const TAKE_OVER = takeOverChange(anAutoscaler(), 'shop', STAMP).write;
const HAND_BACK = handBackChange(aTakenOver(), 'shop')?.write ?? TAKE_OVER;
const DRAINED = { 'coxswain.dev/drained-from': 'checkout' };

describe('what became of a write', () => {
  const cases: [name: string, write: Write, object: unknown, result: Truth['result']][] = [
    ['an evicted pod that is gone', evict, null, 'done'],
    ['an evicted pod that terminates', evict, { metadata: { uid: 'u', deletionTimestamp: 't' } }, 'done'],
    ['an evicted pod with a successor of its name', evict, { metadata: { uid: 'v' } }, 'done'],
    ['an evicted pod that is there', evict, { metadata: { uid: 'u' } }, 'not-done'],
    ['an answer that is no object', evict, 'hello', 'unknown'],
    ['a created object that is there', create, { metadata: { uid: 'u' } }, 'done'],
    ['a created object that is not', create, null, 'not-done'],
    ['a label that is gone, and its marker there', drain, labelled(DRAINED), 'done'],
    ['labels as before', drain, labelled({ app: 'checkout' }), 'not-done'],
    ['labels of another pod', drain, labelled(DRAINED, 'other'), 'unknown'],
    ['labels that somebody else has changed', drain, labelled({ app: 'other' }), 'unknown'],
    ['a patched object that is gone', drain, null, 'unknown'],
    ['an HPA with our note on it', TAKE_OVER, objectOf(aTakenOver()), 'done'],
    ['an HPA as it was', TAKE_OVER, objectOf(anAutoscaler()), 'not-done'],
    [
      'an HPA with the note of another take-over',
      TAKE_OVER,
      objectOf(aTakenOver({}, { atMs: 1 })),
      'unknown',
    ],
    ['an HPA that is as it was again', HAND_BACK, objectOf(anAutoscaler()), 'done'],
    ['an HPA that is still taken over', HAND_BACK, objectOf(aTakenOver()), 'not-done'],
  ];
  it.each(cases)('%s', (_, write, object, result) => {
    expect(truthOf(write, object).result).toBe(result);
  });
});
