import {
  ApiException,
  ApiextensionsV1Api,
  AppsV1Api,
  AuthorizationV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  makeInformer,
  PatchStrategy,
  PolicyV1Api,
  setHeaderOptions,
  VersionApi,
} from '@kubernetes/client-node';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PODS } from '../../agent/embedded/store/resourceTypes';
import { DEPLOYMENT, startApi, type TestApi, THING_DEFINITION } from './embeddedApiFixture';

let api: TestApi;
let config: KubeConfig;

const started: TestApi[] = [];

async function start(options: Parameters<typeof startApi>[0] = {}): Promise<void> {
  api = await startApi(options);
  started.push(api);
  config = new KubeConfig();
  config.loadFromFile(api.kubeconfigPath);
}

beforeEach(() => start());
afterEach(async () => {
  for (const { errors, stop } of started.splice(0)) {
    await stop();
    expect(errors).toEqual([]);
  }
});

const core = () => config.makeApiClient(CoreV1Api);
const apps = () => config.makeApiClient(AppsV1Api);
const namespace = 'shop';

/** The code and Status of a call that is refused. */
async function refusal(call: Promise<unknown>): Promise<{ code: number; status: Record<string, unknown> }> {
  const error = await call.then(
    () => new Error('the call was not refused'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ApiException)) throw error;
  const status = typeof error.body === 'string' ? JSON.parse(error.body) : error.body;
  return { code: error.code, status };
}

describe('@kubernetes/client-node on the embedded API', () => {
  it('trusts its certificate and sees its version and the kubeconfig’s namespace', async () => {
    expect((await config.makeApiClient(VersionApi).getCode()).gitVersion).toMatch(/^v1\.35\./);
    expect(config.getContextObject('embedded')?.namespace).toBe('shop');
  });

  it('creates, reads, lists and replaces a Deployment, with Kubernetes’ defaults filled in', async () => {
    const created = await apps().createNamespacedDeployment({ namespace, body: DEPLOYMENT });
    expect(created.metadata).toMatchObject({ name: 'web', namespace, generation: 1 });
    expect(created.metadata?.creationTimestamp).toEqual(new Date('2030-01-01T00:00:00Z'));
    expect(created.spec?.strategy?.rollingUpdate?.maxSurge).toBe('25%');
    expect(created.spec?.template.spec?.restartPolicy).toBe('Always');

    if (created.spec) created.spec.replicas = 3;
    await apps().replaceNamespacedDeployment({ name: 'web', namespace, body: created });
    const listed = await apps().listDeploymentForAllNamespaces();
    expect(listed.items.map(({ spec, metadata }) => [spec?.replicas, metadata?.generation])).toEqual([
      [3, 2],
    ]);
  });

  it('is refused with 409 on a stale resourceVersion, and on a name that is taken', async () => {
    const body = await apps().createNamespacedDeployment({ namespace, body: DEPLOYMENT });
    if (body.spec) body.spec.replicas = 3;
    await apps().replaceNamespacedDeployment({ name: 'web', namespace, body });
    const stale = await refusal(apps().replaceNamespacedDeployment({ name: 'web', namespace, body }));
    expect(stale).toMatchObject({ code: 409, status: { kind: 'Status', reason: 'Conflict' } });
    const taken = await refusal(apps().createNamespacedDeployment({ namespace, body: DEPLOYMENT }));
    expect(taken).toMatchObject({ code: 409, status: { reason: 'AlreadyExists' } });
  });

  it('patches with JSON patch, merge patch and strategic merge', async () => {
    await apps().createNamespacedDeployment({ namespace, body: DEPLOYMENT });
    const patch = (body: unknown, strategy: string) =>
      apps().patchNamespacedDeployment(
        { name: 'web', namespace, body },
        setHeaderOptions('Content-Type', strategy),
      );
    const path = '/spec/replicas';
    await patch(
      [
        { op: 'test', path, value: 2 },
        { op: 'replace', path, value: 4 },
      ],
      PatchStrategy.JsonPatch,
    );
    await patch({ metadata: { labels: { team: 'a' } } }, PatchStrategy.MergePatch);
    const image = { containers: [{ name: 'web', image: 'web:2' }] };
    const after = await patch({ spec: { template: { spec: image } } }, PatchStrategy.StrategicMergePatch);
    expect(after.spec?.replicas).toBe(4);
    expect(after.metadata?.labels).toEqual({ team: 'a' });
    expect(after.spec?.template.spec?.containers[0]).toMatchObject({ name: 'web', image: 'web:2' });

    const failed = await refusal(patch([{ op: 'test', path, value: 2 }], PatchStrategy.JsonPatch));
    expect(failed).toMatchObject({ code: 422, status: { reason: 'Invalid' } });
    const negative = await refusal(patch([{ op: 'replace', path, value: -1 }], PatchStrategy.JsonPatch));
    expect(negative).toMatchObject({
      code: 422,
      status: { details: { causes: [{ field: 'spec.replicas' }] } },
    });
  });

  it('brings defaults only into what a client changes, and never into what is stored', async () => {
    const before = api.createPod('a');
    const untouched = structuredClone(before);
    const patch = (body: unknown) =>
      core().patchNamespacedPod(
        { name: 'a', namespace, body },
        setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
      );
    const labelled = await patch({ metadata: { labels: { app: 'drained' } } });
    expect(labelled.metadata?.generation).toBe(1);
    const changed = await patch({ spec: { nodeSelector: { disk: 'ssd' } } });
    expect(changed.spec?.restartPolicy).toBe('Always');
    expect(changed.spec?.containers[0]?.imagePullPolicy).toBeUndefined();
    expect(before).toEqual(untouched);
  });

  it('scales through the scale subresource, with the precondition of a resourceVersion', async () => {
    await apps().createNamespacedDeployment({ namespace, body: DEPLOYMENT });
    const scale = await apps().readNamespacedDeploymentScale({ name: 'web', namespace });
    expect(scale).toMatchObject({ spec: { replicas: 2 }, status: { selector: 'app=web' } });
    const body = [{ op: 'replace', path: '/spec/replicas', value: 5 }];
    const scaled = await apps().patchNamespacedDeploymentScale({ name: 'web', namespace, body });
    expect(scaled.spec?.replicas).toBe(5);
    expect((await apps().readNamespacedDeployment({ name: 'web', namespace })).spec?.replicas).toBe(5);
    const stale = await refusal(
      apps().replaceNamespacedDeploymentScale({ name: 'web', namespace, body: scale }),
    );
    expect(stale.code).toBe(409);
  });

  it('keeps spec and status apart', async () => {
    const created = await apps().createNamespacedDeployment({
      namespace,
      body: { ...DEPLOYMENT, status: { replicas: 9 } },
    });
    expect(created.status?.replicas).toBeUndefined();
    const body = { ...created, spec: { ...DEPLOYMENT.spec, replicas: 7 }, status: { replicas: 2 } };
    const after = await apps().replaceNamespacedDeploymentStatus({ name: 'web', namespace, body });
    expect(after).toMatchObject({
      spec: { replicas: 2 },
      status: { replicas: 2 },
      metadata: { generation: 1 },
    });
  });

  it('lists with selectors, and page by page as of one moment', async () => {
    for (const name of ['a', 'b', 'c', 'd']) api.createPod(name, { app: name < 'c' ? 'web' : 'db' });
    const web = await core().listNamespacedPod({ namespace, labelSelector: 'app in (web),!canary' });
    expect(web.items.map((pod) => pod.metadata?.name)).toEqual(['a', 'b']);
    const one = await core().listPodForAllNamespaces({
      fieldSelector: 'metadata.name=c,status.phase=Running',
    });
    expect(one.items.map((pod) => pod.metadata?.name)).toEqual(['c']);

    const first = await core().listNamespacedPod({ namespace, limit: 3 });
    expect(first.metadata).toMatchObject({ remainingItemCount: 1 });
    api.store.delete(PODS, namespace, 'd');
    api.createPod('e');
    const _continue = first.metadata?._continue;
    if (!_continue) throw new Error('expected a continue token');
    const second = await core().listNamespacedPod({ namespace, limit: 3, _continue });
    expect(second.items.map((pod) => pod.metadata?.name)).toEqual(['d']);
    expect(second.metadata?.resourceVersion).toBe(first.metadata?.resourceVersion);
  });

  it('deletes a pod with its grace period, at once without, and only the one that is meant', async () => {
    for (const name of ['a', 'b', 'c']) api.createPod(name);
    const marked = await core().deleteNamespacedPod({ name: 'a', namespace, gracePeriodSeconds: 5 });
    expect(marked.metadata).toMatchObject({
      deletionTimestamp: new Date('2030-01-01T00:00:05Z'),
      deletionGracePeriodSeconds: 5,
    });
    await core().deleteNamespacedPod({ name: 'b', namespace, body: { gracePeriodSeconds: 0 } });
    expect(api.store.get(PODS, namespace, 'b')).toBeUndefined();
    const body = { preconditions: { uid: 'another' } };
    const refused = await refusal(core().deleteNamespacedPod({ name: 'c', namespace, body }));
    expect(refused).toMatchObject({ code: 409, status: { reason: 'Conflict' } });
    expect(api.store.get(PODS, namespace, 'c')?.metadata.deletionTimestamp).toBeUndefined();
    expect(await refusal(core().deleteNamespacedPod({ name: 'd', namespace }))).toMatchObject({ code: 404 });
  });

  it('changes nothing on a dry run', async () => {
    await apps().createNamespacedDeployment({ namespace, body: DEPLOYMENT, dryRun: 'All' });
    expect((await apps().listNamespacedDeployment({ namespace })).items).toEqual([]);
    api.createPod('a');
    await core().deleteNamespacedPod({ name: 'a', namespace, gracePeriodSeconds: 0, dryRun: 'All' });
    await core().deleteNamespacedPod({
      name: 'a',
      namespace,
      body: { gracePeriodSeconds: 0, dryRun: ['All'] },
    });
    expect(api.store.get(PODS, namespace, 'a')?.metadata.deletionTimestamp).toBeUndefined();
  });

  it('follows an informer through additions, changes and deletions', async () => {
    api.createPod('a');
    const path = `/api/v1/namespaces/${namespace}/pods`;
    const informer = makeInformer(config, path, () => core().listNamespacedPod({ namespace }));
    const seen: string[] = [];
    for (const verb of ['add', 'update', 'delete'] as const) {
      informer.on(verb, (pod) => seen.push(`${verb} ${pod.metadata?.name}`));
    }
    informer.on('error', () => {});
    await informer.start();
    api.createPod('b');
    await vi.waitFor(() => expect(seen).toEqual(['add a', 'add b']));
    await core().deleteNamespacedPod({ name: 'b', namespace });
    await core().deleteNamespacedPod({ name: 'b', namespace, gracePeriodSeconds: 0 });
    await vi.waitFor(() => expect(seen).toEqual(['add a', 'add b', 'update b', 'delete b']));
    await informer.stop();
  });

  it('evicts a pod only within its disruption budget', async () => {
    const policy = config.makeApiClient(PolicyV1Api);
    for (const name of ['a', 'b', 'c']) api.createPod(name);
    const spec = { minAvailable: 2, selector: { matchLabels: { app: 'web' } } };
    const budget = await policy.createNamespacedPodDisruptionBudget({
      namespace,
      body: { metadata: { name: 'web' }, spec },
    });
    // As the disruption controller would count.
    const status = {
      observedGeneration: 1,
      currentHealthy: 3,
      desiredHealthy: 2,
      expectedPods: 3,
      disruptionsAllowed: 1,
    };
    const body = { ...budget, status };
    await policy.replaceNamespacedPodDisruptionBudgetStatus({ name: 'web', namespace, body });
    const evict = (name: string, uid?: string) =>
      core().createNamespacedPodEviction({
        name,
        namespace,
        body: { metadata: { name }, deleteOptions: { ...(uid && { preconditions: { uid } }) } },
      });
    expect(await refusal(evict('a', 'another'))).toMatchObject({ code: 409 });
    await evict('a', api.store.get(PODS, namespace, 'a')?.metadata.uid);
    expect(api.store.get(PODS, namespace, 'a')?.metadata.deletionTimestamp).toBeDefined();
    expect(await refusal(evict('b'))).toMatchObject({
      code: 429,
      status: { reason: 'TooManyRequests', details: { causes: [{ reason: 'DisruptionBudget' }] } },
    });
    expect(api.store.get(PODS, namespace, 'b')?.metadata.deletionTimestamp).toBeUndefined();
  });

  it('reads the end of a pod’s log', async () => {
    await start({
      podLogs: ({ pod, previous }) => [`${pod.metadata.name}`, `previous: ${previous}`, 'last'],
    });
    api.createPod('a');
    const log = await core().readNamespacedPodLog({ name: 'a', namespace, tailLines: 2, previous: true });
    expect(log).toBe('previous: true\nlast\n');
    expect(await refusal(core().readNamespacedPodLog({ name: 'b', namespace }))).toMatchObject({ code: 404 });
  });

  it('serves custom resources as soon as they are defined, and no longer', async () => {
    const custom = config.makeApiClient(CustomObjectsApi);
    const extensions = config.makeApiClient(ApiextensionsV1Api);
    const things = { group: 'example.com', version: 'v1', namespace, plural: 'things' };
    const thing = (spec: unknown) => ({
      apiVersion: 'example.com/v1',
      kind: 'Thing',
      metadata: { name: 't' },
      spec,
    });
    expect(await refusal(custom.listNamespacedCustomObject(things))).toMatchObject({ code: 404 });

    // Its typed model knows `enum` and `default` by other names only.
    const definitions = { group: 'apiextensions.k8s.io', version: 'v1', plural: 'customresourcedefinitions' };
    await custom.createClusterCustomObject({ ...definitions, body: THING_DEFINITION });
    const { status } = await extensions.readCustomResourceDefinition({ name: 'things.example.com' });
    expect(status?.conditions?.map(({ type }) => type)).toContain('Established');
    const wrong = await refusal(
      custom.createNamespacedCustomObject({ ...things, body: thing({ color: 'green' }) }),
    );
    expect(wrong.code).toBe(422);
    expect(wrong.status.message).toContain('spec.size: Required value');
    expect(wrong.status.message).toContain('spec.color: Unsupported value: "green"');

    await custom.createNamespacedCustomObject({ ...things, body: thing({ size: 1, unknown: true }) });
    const stored = await custom.getNamespacedCustomObject({ ...things, name: 't' });
    expect(stored).toMatchObject({ apiVersion: 'example.com/v1', spec: { size: 1, color: 'red' } });
    expect(stored.spec).not.toHaveProperty('unknown');
    const beta = await custom.getNamespacedCustomObject({ ...things, version: 'v1beta1', name: 't' });
    expect(beta).toMatchObject({ apiVersion: 'example.com/v1beta1', spec: { size: 1 } });

    await extensions.deleteCustomResourceDefinition({ name: 'things.example.com' });
    expect(await refusal(custom.listNamespacedCustomObject(things))).toMatchObject({ code: 404 });
    expect([...api.store.entries()].filter(({ resource }) => resource.plural === 'things')).toEqual([]);
  });

  it('is told what it may do, and held to it', async () => {
    await start({
      denied: [
        { verb: 'delete', resource: 'pods', namespace: 'shop' },
        { verb: 'patch', resource: 'deployments.apps/scale' },
      ],
    });
    const authorization = config.makeApiClient(AuthorizationV1Api);
    const allowed = async (resourceAttributes: Record<string, string>) => {
      const body = { spec: { resourceAttributes } };
      return (await authorization.createSelfSubjectAccessReview({ body })).status?.allowed;
    };
    const scale = { verb: 'patch', group: 'apps', resource: 'deployments', subresource: 'scale' };
    expect(await allowed({ verb: 'list', resource: 'pods' })).toBe(true);
    expect(await allowed({ verb: 'delete', resource: 'pods', namespace })).toBe(false);
    expect(await allowed({ verb: 'delete', resource: 'pods' })).toBe(false);
    expect(await allowed({ verb: 'delete', resource: 'pods', namespace: 'other' })).toBe(true);
    expect(await allowed({ ...scale, namespace: 'other' })).toBe(false);

    const rules = await authorization.createSelfSubjectRulesReview({ body: { spec: { namespace } } });
    const pods = rules.status?.resourceRules.find(({ resources }) => resources?.includes('pods'));
    expect(pods?.verbs).toContain('list');
    expect(pods?.verbs).not.toContain('delete');

    api.createPod('a');
    expect(await refusal(core().deleteNamespacedPod({ name: 'a', namespace }))).toMatchObject({
      code: 403,
      status: { reason: 'Forbidden' },
    });
    expect(api.store.get(PODS, namespace, 'a')?.metadata.deletionTimestamp).toBeUndefined();
  });
});
