import { describe, expect, it } from 'vitest';
import { aWorkload, NOW_MS } from '../../../../../test/support/builders';
import { anArgoRelease } from '../../../../../test/support/releaseBuilders';
import type { ArgoRelease } from '../../../../cluster/releases';
import { applyPatch } from '../../../../embedded/api/patch';
import type { ReleaseOperation } from '../../../../protocol';
import type { Write } from '../../../../safety/change';
import { asJson } from '../../../../safety/handover/json';
import { merged } from '../mergePatch';
import { type ArgoContext, planArgo } from './planArgo';

const CONTEXT: ArgoContext = { nowMs: NOW_MS, template: undefined };

/** One request of the reference: the patch, as it stands in its source, and where it goes. */
interface Sent {
  subresource?: 'status';
  mergePatch: unknown;
}

function writesOf(release: ArgoRelease, operation: ReleaseOperation, context = CONTEXT): Write[] {
  const planned = planArgo(release, operation, context);
  if (planned.kind === 'impossible') throw new Error(planned.why);
  return planned.plan.changes.map(({ write }) => write);
}

function objectOf({ uid, spec, status }: ArgoRelease): object {
  return Object(asJson({ metadata: { uid, name: 'web' }, spec, status }));
}

/** Both sides by the embedded API server's own patches, on the whole object. */
function expectSameEffect(
  release: ArgoRelease,
  operation: ReleaseOperation,
  reference: readonly Sent[],
): void {
  const writes = writesOf(release, operation);
  expect(writes.map((write) => (write.verb === 'json-patch' ? write.subresource : write.verb))).toEqual(
    reference.map(({ subresource }) => subresource),
  );
  let ours: unknown = objectOf(release);
  for (const write of writes) {
    if (write.verb !== 'json-patch') throw new Error(write.verb);
    expect(write.resource).toEqual({
      apiVersion: 'argoproj.io/v1alpha1',
      plural: 'rollouts',
      namespace: 'shop',
      name: 'web',
    });
    ours = applyPatch('application/json-patch+json', Object(ours), write.operations, 'custom');
  }
  const theirs = reference.reduce(
    (object, { mergePatch }) => merged(object, asJson(mergePatch)),
    asJson(objectOf(release)),
  );
  expect(asJson(ours)).toEqual(theirs);
}

const status = (part: object) => ({ status: { ...Object(anArgoRelease().status), ...part } });
const spec = (part: object) => ({ spec: { ...Object(anArgoRelease().spec), ...part } });
const running = {
  pauseConditions: undefined,
  controllerPause: false,
  phase: 'Progressing',
  currentStepIndex: 2,
};
const inconclusive = { canary: { currentStepAnalysisRunStatus: { name: 'run', status: 'Inconclusive' } } };

describe('operations on a Rollout have the effect of kubectl argo rollouts', () => {
  // pkg/kubectl-argo-rollouts/cmd/promote/promote.go, getPatches.
  it('promote at a pause clears the pause conditions', () => {
    const reference = [{ subresource: 'status', mergePatch: { status: { pauseConditions: null } } } as const];
    expectSameEffect(anArgoRelease(), { kind: 'promote' }, reference);
  });

  it('promote in the middle of an analysis goes to the next step', () => {
    const reference = [
      {
        subresource: 'status',
        mergePatch: { status: { pauseConditions: null, currentStepIndex: 3 } },
      } as const,
    ];
    expectSameEffect(anArgoRelease(status(running)), { kind: 'promote' }, reference);
  });

  it('promote at the last step does not go past the end', () => {
    const reference = [
      {
        subresource: 'status',
        mergePatch: { status: { pauseConditions: null, currentStepIndex: 5 } },
      } as const,
    ];
    const release = anArgoRelease(status({ ...running, currentStepIndex: 5 }));
    // Nothing of it differs from what there is: then nothing is sent.
    expect(planArgo(release, { kind: 'promote' }, CONTEXT)).toMatchObject({ kind: 'plan' });
    expectSameEffect(release, { kind: 'promote' }, reference);
  });

  it('promote after an inconclusive analysis ends the controller’s own pause, too', () => {
    const reference = [
      {
        subresource: 'status',
        mergePatch: { status: { pauseConditions: null, controllerPause: false, currentStepIndex: 2 } },
      } as const,
    ];
    expectSameEffect(anArgoRelease(status(inconclusive)), { kind: 'promote' }, reference);
  });

  it('promote of one that somebody has paused unpauses it after that', () => {
    const reference = [
      { subresource: 'status', mergePatch: { status: { pauseConditions: null } } } as const,
      { mergePatch: { spec: { paused: false } } },
    ];
    expectSameEffect(anArgoRelease(spec({ paused: true })), { kind: 'promote' }, reference);
  });

  it('promote --full', () => {
    const full = { subresource: 'status', mergePatch: { status: { promoteFull: true } } } as const;
    expectSameEffect(anArgoRelease(), { kind: 'promote-full' }, [full]);
    expectSameEffect(anArgoRelease(spec({ paused: true })), { kind: 'promote-full' }, [
      full,
      { mergePatch: { spec: { paused: false } } },
    ]);
  });

  it('abort, retry, pause and restart', () => {
    const abort = { subresource: 'status', mergePatch: { status: { abort: true } } } as const;
    expectSameEffect(anArgoRelease(), { kind: 'abort' }, [abort]);
    const retry = { subresource: 'status', mergePatch: { status: { abort: false } } } as const;
    expectSameEffect(anArgoRelease(status({ abort: true })), { kind: 'retry' }, [retry]);
    expectSameEffect(anArgoRelease(), { kind: 'pause' }, [{ mergePatch: { spec: { paused: true } } }]);
    const restartAt = '1970-01-01T00:16:40Z';
    expectSameEffect(anArgoRelease(), { kind: 'restart' }, [{ mergePatch: { spec: { restartAt } } }]);
  });

  it('resume takes back a pause by hand, and goes on from a pause step', () => {
    expectSameEffect(anArgoRelease(spec({ paused: true })), { kind: 'resume' }, [
      { mergePatch: { spec: { paused: false } } },
    ]);
    const reference = [{ subresource: 'status', mergePatch: { status: { pauseConditions: null } } } as const];
    expectSameEffect(anArgoRelease(), { kind: 'resume' }, reference);
  });

  // cmd/set/set_image.go.
  it('set image changes the image of that container alone', () => {
    const template = {
      metadata: {},
      spec: {
        containers: [
          { name: 'app', image: 'web:2' },
          { name: 'log', image: 'log:1' },
        ],
      },
    };
    const release = anArgoRelease(spec({ template }));
    const [write] = writesOf(release, { kind: 'start', images: [{ container: 'log', image: 'log:2' }] });
    if (write?.verb !== 'json-patch') throw new Error('no patch');
    const after = applyPatch('application/json-patch+json', objectOf(release), write.operations, 'custom');
    expect(after).toEqual(
      asJson({
        ...Object(objectOf(release)),
        spec: {
          ...Object(release.spec),
          template: {
            metadata: {},
            spec: {
              containers: [
                { name: 'app', image: 'web:2' },
                { name: 'log', image: 'log:2' },
              ],
            },
          },
        },
      }),
    );
  });

  it('set image of a Rollout that refers to a Deployment changes the Deployment', () => {
    const template = aWorkload([], { ref: { kind: 'Deployment', namespace: 'shop', name: 'web' } });
    const release = anArgoRelease({ workloadRef: { kind: 'Deployment', name: 'web' } });
    const [write] = writesOf(
      release,
      { kind: 'start', images: [{ container: '*', image: 'web:3' }] },
      { ...CONTEXT, template },
    );
    expect(write).toMatchObject({ resource: { plural: 'deployments', name: 'web' } });
  });

  // cmd/undo/undo.go: the template of the ReplicaSet without the label that Argo has put on it.
  it('undo puts the template of the revision before back, or of the one that is named', () => {
    const operations = (operation: ReleaseOperation) => {
      const [write] = writesOf(anArgoRelease(), operation);
      return write?.verb === 'json-patch' ? write.operations.filter(({ op }) => op !== 'test') : [];
    };
    const restored = {
      op: 'replace',
      path: '/spec/template',
      value: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'app', image: 'web:1' }] },
      },
    };
    expect(operations({ kind: 'undo' })).toEqual([restored]);
    expect(operations({ kind: 'undo', toRevision: 1 })).toEqual([restored]);
  });

  it('an emergency moves the traffic first, and then wants the stable version again', () => {
    const writes = writesOf(anArgoRelease(), { kind: 'rollback' });
    expect(writes).toMatchObject([
      {
        subresource: 'status',
        operations: [{ path: '/metadata/uid' }, { op: 'add', path: '/status/abort', value: true }],
      },
      {
        operations: [
          {},
          {},
          { path: '/spec/template', value: { spec: { containers: [{ image: 'web:1' }] } } },
        ],
      },
    ]);
  });
});

describe('an operation that makes no sense says why', () => {
  const why = (release: ArgoRelease, operation: ReleaseOperation) => {
    const planned = planArgo(release, operation, CONTEXT);
    return planned.kind === 'impossible' ? planned.why : 'it is possible';
  };
  const promoted = anArgoRelease(status({ stableRS: 'h2' }));

  it.each<[string, ArgoRelease, ReleaseOperation, string]>([
    [
      'a weight by hand',
      anArgoRelease(),
      { kind: 'weight', from: 20, to: 30 },
      'the steps of the Rollout set its weights',
    ],
    ['pause twice', anArgoRelease(spec({ paused: true })), { kind: 'pause' }, 'it is paused already'],
    ['resume what runs', anArgoRelease(status(running)), { kind: 'resume' }, 'it is not paused'],
    [
      'promote what is promoted',
      promoted,
      { kind: 'promote' },
      'the wanted version serves everybody already',
    ],
    [
      'promote what is aborted',
      anArgoRelease(status({ abort: true })),
      { kind: 'promote' },
      'it is aborted; retry it, or set another image',
    ],
    ['abort nothing', promoted, { kind: 'abort' }, 'no other version is on its way'],
    ['abort twice', anArgoRelease(status({ abort: true })), { kind: 'abort' }, 'it is aborted already'],
    ['retry what runs', anArgoRelease(), { kind: 'retry' }, 'only an aborted Rollout is tried again'],
    [
      'an unknown container',
      anArgoRelease(),
      { kind: 'start', images: [{ container: 'db', image: 'x' }] },
      'there is no container db; there is app',
    ],
    [
      'the same image',
      anArgoRelease(),
      { kind: 'start', images: [{ container: 'app', image: 'web:2' }] },
      'it runs web:2 already',
    ],
    ['an unknown revision', anArgoRelease(), { kind: 'undo', toRevision: 9 }, 'there is no revision 9'],
    [
      'undo without history',
      anArgoRelease({ revisions: [] }),
      { kind: 'undo' },
      'there is no revision before this one',
    ],
    [
      'skip no analysis',
      anArgoRelease(),
      { kind: 'skip-analysis' },
      'it is not at an analysis step; `promote-full` leaves out all analyses',
    ],
    ['reset nothing', anArgoRelease(), { kind: 'reset' }, 'nothing was set by hand'],
    [
      'a missing Deployment',
      anArgoRelease({ workloadRef: { kind: 'Deployment', name: 'gone' } }),
      { kind: 'start', images: [{ container: '*', image: 'x' }] },
      'Deployment gone is not there',
    ],
    [
      'a Rollout that is none',
      anArgoRelease({ spec: { paused: 'yes' } }),
      { kind: 'pause' },
      'Rollout web is not as Argo Rollouts has them',
    ],
  ])('%s', (_name, release, operation, expected) => {
    expect(why(release, operation)).toBe(expected);
  });
});
