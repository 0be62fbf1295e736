import { expect, it } from 'vitest';
import { exampleFault, exampleRun, finishedRun } from '../../test/support/chaosExamples';
import {
  exampleAutoscaler,
  exampleIdleRelease,
  exampleRelease,
  exampleScaling,
} from '../../test/support/protocolExamples';
import { stopText } from './stopText';

const TAIL = 'nothing waits for approval any more, and nothing acts until it is cleared.';

it('says that nothing ran', () => {
  expect(stopText({ faults: [], runs: [], scaling: [], releases: [] }, { faultsEnded: 0, failed: [] })).toBe(
    `Emergency stop: 0 faults were ended, ${TAIL}`,
  );
});

it('names what ran, but not what was over', () => {
  const faults = [exampleFault(), exampleFault({ id: 'f0', endedAtMs: 1, text: 'pod kill' })];
  const runs = [exampleRun(), finishedRun({ id: 'r0', title: 'Old' })];
  expect(stopText({ faults, runs, scaling: [], releases: [] }, { faultsEnded: 1, failed: [] })).toBe(
    `Emergency stop: 1 fault was ended (running were: network delay 300 ms on 1 pod on checkout), experiments ended: Kill a pod, ${TAIL}`,
  );
});

it('says what could not be ended', () => {
  const failed = [
    { code: 'api-unreachable', message: 'checkout-lag was not deleted', remedy: 'Delete it.' } as const,
  ];
  expect(stopText({ faults: [], runs: [], scaling: [], releases: [] }, { faultsEnded: 0, failed })).toContain(
    'NOT ended: checkout-lag was not deleted.',
  );
});

it('names the autoscalers that were handed back, and not those that were in charge anyway', () => {
  const handover = { how: 'own', by: 'ada', sinceMs: 0, ours: true } as const;
  const scaling = [exampleScaling({ autoscalers: [exampleAutoscaler({ handover })] }), exampleScaling()];
  expect(stopText({ faults: [], runs: [], scaling, releases: [] }, { faultsEnded: 0, failed: [] })).toBe(
    `Emergency stop: 0 faults were ended, handed back to HPA checkout, ${TAIL}`,
  );
});

it('names the releases that go back, and not those that somebody else moves or that are not under way', () => {
  const flagger = exampleRelease({
    operator: 'flagger',
    ref: { kind: 'Canary', namespace: 'shop', name: 'web' },
  });
  const releases = [exampleRelease(), flagger, exampleIdleRelease()];
  expect(stopText({ faults: [], runs: [], scaling: [], releases }, { faultsEnded: 0, failed: [] })).toBe(
    `Emergency stop: 0 faults were ended, traffic goes back to the stable version of checkout, ${TAIL}`,
  );
});

it('does not list for ever', () => {
  const faults = Array.from({ length: 7 }, (_, i) => exampleFault({ id: `f${i}`, text: `fault ${i}` }));
  expect(stopText({ faults, runs: [], scaling: [], releases: [] }, { faultsEnded: 7, failed: [] })).toContain(
    'fault 3 on checkout and 3 more)',
  );
});
