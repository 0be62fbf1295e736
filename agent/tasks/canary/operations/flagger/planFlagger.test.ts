import { describe, expect, it } from 'vitest';
import { aWorkload, NOW_MS } from '../../../../../test/support/builders';
import { aFlaggerRelease } from '../../../../../test/support/releaseBuilders';
import type { FlaggerRelease, RouteObject } from '../../../../cluster/releases';
import { applyPatch } from '../../../../embedded/api/patch';
import type { ReleaseOperation } from '../../../../protocol';
import type { Write } from '../../../../safety/change';
import { planFlagger } from './planFlagger';

const CONTEXT = { nowMs: NOW_MS };

function writesOf(release: FlaggerRelease, operation: ReleaseOperation): Write[] {
  const planned = planFlagger(release, operation, CONTEXT);
  if (planned.kind === 'impossible') throw new Error(planned.why);
  return planned.plan.changes.map(({ write }) => write);
}

/** What becomes of an object by the write at that place. */
function patchedBy(object: object, write: Write | undefined): unknown {
  if (write?.verb !== 'json-patch') throw new Error('no patch');
  return applyPatch('application/json-patch+json', object, write.operations, 'custom');
}

const canaryObject = ({ uid, spec, status }: FlaggerRelease) => ({ metadata: { uid }, spec, status });
const status = (part: object) => ({ status: { ...Object(aFlaggerRelease().status), ...part } });
const spec = (part: object) => ({ spec: { ...Object(aFlaggerRelease().spec), ...part } });

function route(part: Pick<RouteObject, 'apiVersion' | 'kind' | 'spec'> & Partial<RouteObject>): RouteObject {
  return {
    name: 'web',
    uid: 'uid-route',
    resourceVersion: '1',
    annotations: {},
    annotated: false,
    hosts: [],
    ...part,
  };
}

describe('operations on a Canary of Flagger', () => {
  it('pause and resume set and take back spec.suspend', () => {
    const release = aFlaggerRelease();
    const paused = patchedBy(canaryObject(release), writesOf(release, { kind: 'pause' })[0]);
    expect(paused).toMatchObject({ spec: { suspend: true } });
    const suspended = aFlaggerRelease(spec({ suspend: true }));
    const resumed = patchedBy(canaryObject(suspended), writesOf(suspended, { kind: 'resume' })[0]);
    expect(resumed).toEqual(canaryObject(release));
  });

  it.each(['promote', 'promote-full', 'skip-analysis'] as const)('%s sets spec.skipAnalysis', (kind) => {
    const release = aFlaggerRelease();
    expect(patchedBy(canaryObject(release), writesOf(release, { kind })[0])).toEqual({
      ...canaryObject(release),
      spec: { ...Object(release.spec), skipAnalysis: true },
    });
  });

  it('abort has as many checks failed as the threshold asks for, and nothing else', () => {
    const release = aFlaggerRelease();
    const [write] = writesOf(release, { kind: 'abort' });
    expect(write).toMatchObject({
      subresource: 'status',
      resource: { apiVersion: 'flagger.app/v1beta1', plural: 'canaries' },
    });
    expect(patchedBy(canaryObject(release), write)).toEqual({
      ...canaryObject(release),
      status: { ...Object(release.status), failedChecks: 5 },
    });
  });

  // pkg/apis/flagger/v1beta1/canary.go, GetAnalysisThreshold: what is not above 0 counts as 1.
  it.each([{ threshold: 0 }, {}])(
    'abort reckons with a threshold of 1 where the Canary says %j',
    (analysis) => {
      const release = aFlaggerRelease(spec({ analysis }));
      expect(patchedBy(canaryObject(release), writesOf(release, { kind: 'abort' })[0])).toMatchObject({
        status: { failedChecks: 1 },
      });
    },
  );

  it('abort while it waits for a confirmation releases the primary’s images, as it looks at no checks then', () => {
    const release = aFlaggerRelease(status({ phase: 'Waiting' }));
    expect(writesOf(release, { kind: 'abort' })).toMatchObject([
      {
        resource: { plural: 'deployments', name: 'web' },
        operations: [{}, {}, {}, { op: 'replace', value: 'web:1' }],
      },
    ]);
  });

  it('an emergency moves a VirtualService first, as its documentation does by hand', () => {
    const destination = (host: string, weight: number) => ({ destination: { host }, weight });
    const virtualService = route({
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      spec: {
        hosts: ['web'],
        http: [
          { route: [destination('web-primary', 80), destination('web-canary.shop.svc.cluster.local', 20)] },
        ],
      },
    });
    const release = aFlaggerRelease({ route: virtualService });
    const [first, second] = writesOf(release, { kind: 'rollback' });
    expect(patchedBy({ metadata: { uid: 'uid-route' }, spec: virtualService.spec }, first)).toMatchObject({
      spec: { http: [{ route: [{ weight: 100 }, { weight: 0 }] }] },
    });
    expect(second).toMatchObject({ subresource: 'status' });
  });

  it('an emergency moves an HTTPRoute or the canary’s Ingress first, too', () => {
    const backendRefs = [
      { name: 'web-primary', weight: 70 },
      { name: 'web-canary', weight: 30 },
    ];
    const http = route({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      spec: { rules: [{ backendRefs }, { backendRefs: [{ name: 'other' }] }] },
    });
    const [first] = writesOf(aFlaggerRelease({ route: http }), { kind: 'rollback' });
    expect(patchedBy({ metadata: { uid: 'uid-route' }, spec: http.spec }, first)).toEqual({
      metadata: { uid: 'uid-route' },
      spec: {
        rules: [
          {
            backendRefs: [
              { name: 'web-primary', weight: 100 },
              { name: 'web-canary', weight: 0 },
            ],
          },
          { backendRefs: [{ name: 'other' }] },
        ],
      },
    });
    const annotations = {
      'nginx.ingress.kubernetes.io/canary': 'true',
      'nginx.ingress.kubernetes.io/canary-weight': '30',
    };
    const ingress = route({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', spec: {}, annotations });
    const [ingressWrite] = writesOf(aFlaggerRelease({ route: ingress }), { kind: 'rollback' });
    expect(patchedBy({ metadata: { uid: 'uid-route', annotations } }, ingressWrite)).toMatchObject({
      metadata: { annotations: { 'nginx.ingress.kubernetes.io/canary-weight': '0' } },
    });
  });

  it('start sets the image on the target, and undo that of the primary', () => {
    const [start] = writesOf(aFlaggerRelease(), {
      kind: 'start',
      images: [{ container: 'app', image: 'web:3' }],
    });
    const [undo] = writesOf(aFlaggerRelease(), { kind: 'undo' });
    const target = {
      metadata: { uid: 'uid-web' },
      spec: { template: { spec: { containers: [{ name: 'app', image: 'web:2' }] } } },
    };
    const image = (name: string) => ({
      spec: { template: { spec: { containers: [{ name: 'app', image: name }] } } },
    });
    expect(patchedBy(target, start)).toMatchObject(image('web:3'));
    expect(patchedBy(target, undo)).toMatchObject(image('web:1'));
  });

  it.each([true, false])(
    'retry makes a new revision as kubectl rollout restart does, where the template has annotations: %s',
    (templateAnnotated) => {
      const target = aWorkload([], {
        ref: { kind: 'Deployment', namespace: 'shop', name: 'web' },
        uid: 'uid-web',
        templateAnnotated,
      });
      const [write] = writesOf(aFlaggerRelease({ ...status({ phase: 'Failed' }), target }), {
        kind: 'retry',
      });
      const metadata = templateAnnotated ? { annotations: { kept: 'yes' } } : {};
      expect(
        patchedBy({ metadata: { uid: 'uid-web' }, spec: { template: { metadata } } }, write),
      ).toMatchObject({
        spec: {
          template: {
            metadata: {
              annotations: {
                ...metadata.annotations,
                'kubectl.kubernetes.io/restartedAt': '1970-01-01T00:16:40Z',
              },
            },
          },
        },
      });
    },
  );

  it('reset takes back what skip-analysis and pause have set', () => {
    const release = aFlaggerRelease(spec({ skipAnalysis: true, suspend: true }));
    expect(patchedBy(canaryObject(release), writesOf(release, { kind: 'reset' })[0])).toEqual({
      ...canaryObject(release),
      spec: { ...Object(aFlaggerRelease().spec), skipAnalysis: false },
    });
  });

  it.each<[string, FlaggerRelease, ReleaseOperation, string]>([
    [
      'a weight by hand',
      aFlaggerRelease(),
      { kind: 'weight', from: 20, to: 30 },
      'the analysis of the Canary sets its weights',
    ],
    ['pause twice', aFlaggerRelease(spec({ suspend: true })), { kind: 'pause' }, 'it is suspended already'],
    ['resume what runs', aFlaggerRelease(), { kind: 'resume' }, 'it is not suspended'],
    [
      'abort nothing',
      aFlaggerRelease(status({ phase: 'Succeeded' })),
      { kind: 'abort' },
      'no analysis is under way',
    ],
    [
      'promote nothing',
      aFlaggerRelease(status({ phase: 'Initialized' })),
      { kind: 'promote' },
      'no analysis is under way',
    ],
    ['retry what runs', aFlaggerRelease(), { kind: 'retry' }, 'only a failed Canary is tried again'],
    ['undo to a revision', aFlaggerRelease(), { kind: 'undo', toRevision: 2 }, 'Flagger keeps no revisions'],
    [
      'undo without a primary',
      aFlaggerRelease({ primary: null }),
      { kind: 'undo' },
      'there is no primary whose images could be restored',
    ],
    [
      'a missing target',
      aFlaggerRelease({ target: null }),
      { kind: 'restart' },
      'its target web is not there, or is no Deployment',
    ],
    [
      'a Canary that is none',
      aFlaggerRelease({ spec: {} }),
      { kind: 'pause' },
      'Canary web is not as Flagger has them',
    ],
  ])('says why it makes no sense: %s', (_name, release, operation, why) => {
    expect(planFlagger(release, operation, CONTEXT)).toEqual({ kind: 'impossible', why });
  });
});
