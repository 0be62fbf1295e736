import { afterEach, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from './embeddedApiFixture';

const PODS = '/api/v1/namespaces/shop/pods';
const QUOTAS = '/api/v1/namespaces/shop/resourcequotas';

function pod(name: string, cpu: string) {
  const resources = { requests: { cpu }, limits: { cpu } };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { containers: [{ name: 'app', image: 'web:1', resources }] },
  };
}

const quota = (hard: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'compute' },
  spec: { hard },
});

describe('a ResourceQuota in the API', () => {
  let api: TestApi;
  afterEach(() => api.stop());

  async function limited(hard: Record<string, string>): Promise<void> {
    api = await startApi();
    await api.request(QUOTAS, { method: 'POST', body: quota(hard) });
  }

  it('refuses a pod for which it has no room', async () => {
    await limited({ 'requests.cpu': '1', pods: '5' });
    const first = await api.request(PODS, { method: 'POST', body: pod('one', '600m') });
    expect(first.status).toBe(201);
    const second = await api.request(PODS, { method: 'POST', body: pod('two', '600m') });
    expect(second.status).toBe(403);
    expect(second.json).toMatchObject({
      kind: 'Status',
      reason: 'Forbidden',
      message:
        'pods "two" is forbidden: exceeded quota: compute, requested: requests.cpu=600m, used: requests.cpu=600m, limited: requests.cpu=1',
    });
    const smaller = await api.request(PODS, { method: 'POST', body: pod('two', '400m') });
    expect(smaller.status).toBe(201);
  });

  it('refuses it in a dry run too, and counts nothing that was one', async () => {
    await limited({ pods: '1' });
    const dry = () => api.request(`${PODS}?dryRun=All`, { method: 'POST', body: pod('one', '1') });
    expect((await dry()).status).toBe(201);
    expect((await dry()).status).toBe(201);
    await api.request(PODS, { method: 'POST', body: pod('one', '1') });
    expect((await dry()).status).toBe(403);
  });

  it('is listed and described like any other kind', async () => {
    await limited({ pods: '1' });
    const { json } = await api.request(QUOTAS);
    expect(json).toMatchObject({ kind: 'ResourceQuotaList', items: [{ spec: { hard: { pods: '1' } } }] });
    const wrong = await api.request(QUOTAS, { method: 'POST', body: { ...quota({}), spec: { hard: 5 } } });
    expect(wrong.status).toBe(422);
  });
});
