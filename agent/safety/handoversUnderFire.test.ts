import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/support/fakeClock';
import { CoxswainError } from '../protocol';
import { ActionGate } from './gate';
import { aTakenOver } from './testing/autoscalers';
import { FakeCluster } from './testing/fakeCluster';
import { FakeWorld } from './testing/fakeWorld';
import { meshFault } from './testing/faultPlans';
import { aScaledWorkload } from './testing/scaling';

const HPAS = 20;

let cluster: FakeCluster;
let world: FakeWorld;
let gate: ActionGate;

beforeEach(() => {
  const workloads = Array.from({ length: HPAS }, (_, index) => {
    const name = `w${index}`;
    const autoscaler = aTakenOver({ name, uid: `uid-${name}` });
    return aScaledWorkload([autoscaler], { ref: { kind: 'Deployment', namespace: 'shop', name } });
  });
  cluster = new FakeCluster(workloads);
  world = new FakeWorld(cluster, new FakeClock());
  gate = new ActionGate(world, 'auto');
});

const notes = () =>
  [...cluster.snapshot().workloads.values()].flatMap(({ autoscalers }) =>
    autoscalers.filter(({ handover }) => handover !== null),
  );

describe('an emergency stop', () => {
  it(`hands ${HPAS} HPAs back`, async () => {
    const { handedBack, failed } = await gate.emergencyStop('ada');
    expect([handedBack.length, failed, notes()]).toEqual([HPAS, [], []]);
    expect(world.journal.events('handover')).toHaveLength(HPAS);
    expect(world.journal.events('result').map(({ result }) => result)).toEqual(Array(HPAS).fill('done'));
  });

  it('gives each HPA 1.5 s though the API server never answers, and tells what is left', async () => {
    const asked = neverAnswered(0);
    const { handedBack, failed } = await gate.emergencyStop('ada');
    expect([handedBack, failed.length]).toEqual([[], HPAS]);
    expect(failed[0]?.message).toBe('HPA w0 in shop is not handed back: no answer');
    expect(failed[0]?.remedy).toContain('kubectl');
    expect(Math.max(...asked().map(({ totalMs }) => totalMs))).toBeLessThanOrEqual(1500);
  });

  it('gives no more where somebody has changed each of them, and the second try is not answered', async () => {
    const stale = new Map(cluster.snapshot().workloads);
    world.snapshot = () => ({ ...cluster.snapshot(), workloads: stale });
    for (const workload of [...cluster.snapshot().workloads.values()]) {
      const autoscalers = workload.autoscalers.map((each) => ({ ...each, behavior: null }));
      cluster.put({ ...workload, autoscalers });
    }
    const asked = neverAnswered(2);
    expect((await gate.emergencyStop('ada')).failed).toHaveLength(HPAS);
    expect(asked().map(({ requests }) => requests)).toEqual(Array(HPAS).fill(3));
    expect(Math.max(...asked().map(({ totalMs }) => totalMs))).toBeLessThanOrEqual(1500);
  });

  it('writes no row about faults and hand-backs before all of them are answered', async () => {
    cluster.faults = [meshFault('f')];
    let answered = 0;
    const answeredBeforeRows: number[] = [];
    world.journal.beforeAppend = ({ kind }) => {
      if (kind === 'intent' || kind === 'result') answeredBeforeRows.push(answered);
    };
    cluster.beforeRequest = async ({ path }) => {
      await new Promise((resolve) => setTimeout(resolve, path.includes('chaos') ? 1 : 20));
      answered += 1;
    };
    await gate.emergencyStop('ada');
    expect(answeredBeforeRows.length).toBeGreaterThan(2 * HPAS);
    expect(Math.min(...answeredBeforeRows)).toBe(answered);
  });
});

/**
 * @param answers requests of each autoscaler that are answered
 * @returns how often each was asked for, and how long it was waited for without an answer
 */
function neverAnswered(answers: number): () => { requests: number; totalMs: number }[] {
  const asked = new Map<string, { requests: number; totalMs: number }>();
  cluster.beforeRequest = async ({ path, timeoutMs = 0 }) => {
    const name = /w\d+/.exec(path)?.[0] ?? '';
    const { requests, totalMs } = asked.get(name) ?? { requests: 0, totalMs: 0 };
    const isAnswered = requests < answers;
    asked.set(name, { requests: requests + 1, totalMs: totalMs + (isAnswered ? 0 : timeoutMs) });
    if (isAnswered) return;
    await new Promise((resolve) => setTimeout(resolve, timeoutMs));
    throw new CoxswainError('api-unreachable', 'no answer', '');
  };
  return () => [...asked.values()];
}
