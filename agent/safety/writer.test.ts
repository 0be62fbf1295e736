import { describe, expect, it } from 'vitest';
import type { ApiRequest } from '../cluster/api';
import { ApiStatusError } from '../cluster/apiErrors';
import { CoxswainError } from '../protocol';
import type { Write } from './change';
import { statusError } from './testing/fakeCluster';
import { ClusterWriter, isRefusal } from './writer';

const pod = { apiVersion: 'v1', plural: 'pods', namespace: 'shop', name: 'a' };
const chaos = { apiVersion: 'chaos-mesh.org/v1alpha1', plural: 'podchaos', namespace: 'shop', name: 'f' };
const evict: Write = { verb: 'evict', resource: pod, uid: 'u', gracePeriodSeconds: 5 };

/** A writer whose requests are kept, and answered by `answer`. */
function aWriter(answer: () => unknown = () => ({})) {
  const requests: ApiRequest[] = [];
  const send = async (request: ApiRequest) => {
    requests.push(request);
    return { status: 200, body: answer() };
  };
  return { writer: new ClusterWriter({ context: 'test', send }), requests };
}

describe('the writer', () => {
  const cases: [name: string, write: Write, request: Partial<ApiRequest>][] = [
    [
      'evicts with the uid as precondition',
      evict,
      {
        method: 'POST',
        path: '/api/v1/namespaces/shop/pods/a/eviction',
        body: {
          apiVersion: 'policy/v1',
          kind: 'Eviction',
          metadata: { name: 'a', namespace: 'shop' },
          deleteOptions: { preconditions: { uid: 'u' }, gracePeriodSeconds: 5 },
        },
      },
    ],
    [
      'patches a pod',
      { verb: 'json-patch', resource: pod, operations: [{ op: 'remove', path: '/metadata/labels/app' }] },
      {
        method: 'PATCH',
        path: '/api/v1/namespaces/shop/pods/a?fieldManager=coxswain',
        contentType: 'application/json-patch+json',
        body: [{ op: 'remove', path: '/metadata/labels/app' }],
      },
    ],
    [
      'creates a custom resource in its collection',
      { verb: 'create', resource: chaos, object: { kind: 'PodChaos' } },
      {
        method: 'POST',
        path: '/apis/chaos-mesh.org/v1alpha1/namespaces/shop/podchaos?fieldManager=coxswain',
        body: { kind: 'PodChaos' },
      },
    ],
    [
      'deletes with the uid as precondition',
      { verb: 'delete', resource: chaos, uid: 'u' },
      {
        method: 'DELETE',
        path: '/apis/chaos-mesh.org/v1alpha1/namespaces/shop/podchaos/f',
        body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid: 'u' } },
      },
    ],
  ];
  it.each(cases)('%s', async (_, write, request) => {
    const { writer, requests } = aWriter();
    await writer.send(write);
    await writer.dryRun(write);
    expect(requests[0]).toMatchObject(request);
    const separator = request.path?.includes('?') ? '&' : '?';
    expect(requests[1]).toEqual({ ...requests[0], path: `${request.path}${separator}dryRun=All` });
  });

  it('takes a cluster that cannot do dry runs for one that has nothing to object', async () => {
    const unsupported = aWriter(() => {
      throw statusError(400, 'internal', 'admission webhook "x" does not support dry run');
    });
    await unsupported.writer.dryRun(evict);
    const refused = aWriter(() => {
      throw statusError(400, 'internal', 'admission webhook "x" denied the request');
    });
    await expect(refused.writer.dryRun(evict)).rejects.toThrow('denied the request');
  });

  it('reads null where there is nothing, and throws where it cannot know', async () => {
    const gone = aWriter(() => {
      throw statusError(404, 'not-found', 'gone');
    });
    expect(await gone.writer.read(pod)).toBeNull();
    const down = aWriter(() => {
      throw new CoxswainError('api-unreachable', 'down', '');
    });
    await expect(down.writer.read(pod)).rejects.toThrow('down');
  });

  it('takes only an answer for proof that nothing was done', () => {
    const answered = (status: number) => new ApiStatusError(status, null, 'internal', '', '');
    expect([400, 409, 422, 429].map((status) => isRefusal(answered(status)))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(isRefusal(answered(504))).toBe(false);
    expect(isRefusal(new CoxswainError('api-unreachable', '', ''))).toBe(false);
  });
});
