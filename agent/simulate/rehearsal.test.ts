import { describe, expect, it } from 'vitest';
import type { Disturbance } from '../embedded/control/controlApi';
import type { ScalingState } from '../protocol';
import { Rehearsal, type RehearsalLook } from './rehearsal';

const SECONDS = 800;
const HPA_AS_IT_WAS = {
  metadata: {},
  spec: {
    minReplicas: 2,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { averageUtilization: 70 } } }],
  },
};

function rehearsed(hpa: unknown = HPA_AS_IT_WAS) {
  const disturbances: (Disturbance & { atSeconds: number })[] = [];
  let now = 0;
  const client = {
    disturb: async (disturbance: Disturbance) => {
      disturbances.push({ ...disturbance, atSeconds: now });
      return disturbance.kind;
    },
    reader: { get: async () => hpa, getText: async () => '' },
  };
  const rehearsal = new Rehearsal(client, SECONDS, () => undefined);
  /** Looks at it every 5 s. */
  const play = async (from: number, to: number, look: Partial<RehearsalLook> = {}) => {
    for (now = from; now < to; now += 5) {
      const ready = { ready: 3, wanted: 3 };
      await rehearsal.look({
        seconds: now,
        state: null,
        isTakenOver: true,
        replicas: { 'coxswain-sim-hpa': ready, 'coxswain-sim-learned': ready },
        ...look,
      });
    }
  };
  return { rehearsal, disturbances, play };
}

const because = (why: string) =>
  ({ handedBack: { atMs: 0, why, retryAtMs: null } }) as unknown as ScalingState;

/** Everything as it should be. */
async function goodRun(hpa?: unknown) {
  const run = rehearsed(hpa);
  await run.play(0, 500);
  await run.play(500, SECONDS, { isTakenOver: false, state: because('no metrics') });
  return run;
}

describe('a rehearsal', () => {
  it('kills a pod of each app, then takes the metrics of the learned scaler', async () => {
    const { disturbances } = await goodRun();
    expect(disturbances).toEqual([
      { kind: 'pod-kill', namespace: 'coxswain-sim-hpa', atSeconds: 320 },
      { kind: 'pod-kill', namespace: 'coxswain-sim-learned', atSeconds: 320 },
      { kind: 'metric-loss', namespace: 'coxswain-sim-learned', seconds: 200, atSeconds: 400 },
    ]);
  });

  it('passes where all of it was recovered from', async () => {
    const { rehearsal } = await goodRun();
    const checks = await rehearsal.checks();
    expect(checks.map(({ passed, text }) => `${passed} ${text}`)).toEqual([
      'true all replicas were ready after 5 s',
      'true all replicas were ready after 5 s',
      'true after 100 s: no metrics',
      'true bounds, target and behaviour are those of before',
    ]);
  });

  it('fails where a pod is not replaced in time', async () => {
    const { rehearsal, play } = rehearsed();
    const low = { replicas: { 'coxswain-sim-hpa': { ready: 2, wanted: 3 } } };
    await play(0, 320);
    await play(320, 400, low);
    await play(400, SECONDS, { replicas: { 'coxswain-sim-hpa': { ready: 3, wanted: 3 } } });
    const [hpa, learned] = await rehearsal.checks();
    expect(hpa).toMatchObject({ passed: false, text: 'all replicas were ready after 80 s' });
    expect(learned).toMatchObject({ passed: false, text: 'it was not' });
  });

  it('fails where the learned scaler goes on without metrics', async () => {
    const { rehearsal, play } = rehearsed();
    await play(0, SECONDS);
    const checks = await rehearsal.checks();
    expect(checks[2]).toMatchObject({ passed: false, text: 'the learned scaler went on' });
  });

  it('fails where the metrics are back before it was handed back', async () => {
    const { rehearsal, play } = rehearsed();
    await play(0, 700);
    await play(700, SECONDS, { isTakenOver: false });
    expect((await rehearsal.checks())[2]).toMatchObject({ passed: false });
  });

  it('fails where there was nothing to hand back', async () => {
    const { rehearsal, play } = rehearsed();
    await play(0, SECONDS, { isTakenOver: false });
    const [, , breaker] = await rehearsal.checks();
    expect(breaker?.passed).toBe(false);
    expect(breaker?.text).toContain('had not taken over');
  });

  it.each([
    [{ metadata: { annotations: { 'coxswain.dev/handover': '{}' } } }, 'it still carries our annotation'],
    [{ spec: { ...HPA_AS_IT_WAS.spec, minReplicas: 5 } }, 'its minReplicas is 5'],
    [
      {
        spec: {
          ...HPA_AS_IT_WAS.spec,
          metrics: [{ resource: { target: { averageUtilization: 90 } } }],
          behavior: { scaleDown: { selectPolicy: 'Disabled' } },
        },
      },
      'its CPU target is another one, it may not scale down',
    ],
  ])('fails where the HPA is %j', async (change, text) => {
    const { rehearsal } = await goodRun({ ...HPA_AS_IT_WAS, ...change });
    expect((await rehearsal.checks())[3]).toMatchObject({ passed: false, text });
  });
});
