import { describe, expect, it } from 'vitest';
import { anArgoRelease } from '../../../../test/support/releaseBuilders';
import type { RouteAnswer, RouteRequest } from '../hooks/sendRequest';
import { probeRelease } from './probe';
import { checkReleaseSplit } from './splitCheck';
import { ManagedShop } from './testing/managedShop';

const GATEWAY = {
  spec: { listeners: [{ name: 'http', port: 8080, protocol: 'HTTP' }] },
  status: { addresses: [{ type: 'IPAddress', value: '10.0.0.7' }] },
};

function ports(gateway: unknown = GATEWAY) {
  const sent: RouteRequest[] = [];
  const asked: string[] = [];
  const get = async (path: string) => {
    asked.push(path);
    return gateway;
  };
  const send = async (request: RouteRequest): Promise<RouteAnswer> => {
    sent.push(request);
    const version = request.headers['x-canary'] === 'true' ? 'canary' : 'stable';
    return { status: 200, headers: { 'x-coxswain-version': version }, body: '' };
  };
  return {
    sent,
    asked,
    given: { get, send, canaryHeader: 'x-canary', signal: new AbortController().signal },
  };
}

const release = () => new ManagedShop().release();

describe('checking the split of a release', () => {
  it('asks the Gateway of its route, by the host of its clients', async () => {
    const { sent, asked, given } = ports();
    const { count } = await checkReleaseSplit(release(), { requests: 3, path: '/cart' }, given);
    expect(count).toEqual({ requests: 3, stable: 3, canary: 0, other: 0 });
    expect(asked).toEqual(['/apis/gateway.networking.k8s.io/v1/namespaces/shop/gateways/public']);
    expect(sent[0]).toMatchObject({
      url: 'http://10.0.0.7:8080/cart',
      host: 'checkout.shop.test',
      headers: {},
    });
  });

  it('asks the embedded cluster’s gateway at its own port', async () => {
    const addresses = [
      ...GATEWAY.status.addresses,
      { type: 'coxswain.dev/endpoint', value: '127.0.0.1:40123' },
    ];
    const { sent, given } = ports({ ...GATEWAY, status: { addresses } });
    await checkReleaseSplit(release(), { requests: 1, path: '/', canaryHeader: true }, given);
    expect(sent[0]).toMatchObject({ url: 'http://127.0.0.1:40123/', headers: { 'x-canary': 'true' } });
  });

  it('takes the address that is given, and says where none is known', async () => {
    const { sent, given } = ports({});
    await checkReleaseSplit(release(), { requests: 1, path: '/', url: 'http://10.1.1.1' }, given);
    expect(sent[0]).toMatchObject({ url: 'http://10.1.1.1/', host: 'checkout.shop.test' });
    for (const each of [release(), anArgoRelease()]) {
      await expect(checkReleaseSplit(each, { requests: 1, path: '/' }, given)).rejects.toMatchObject({
        code: 'not-found',
        remedy: expect.stringContaining('--url'),
      });
    }
  });
});

describe('probing a canary that nobody asks for', () => {
  it('sends one request after the other, each with its label and a second apart', async () => {
    const { sent, given } = ports();
    const waits: number[] = [];
    const sleep = async (ms: number) => void waits.push(ms);
    expect(await probeRelease(release(), 10, { ...given, sleep })).toBe(
      '5 synthetic requests to the canary, 5 to stable',
    );
    expect(sent).toHaveLength(10);
    expect(sent.every(({ headers }) => headers['x-coxswain-probe'] === 'true')).toBe(true);
    expect(waits.length).toBeGreaterThanOrEqual(8);
    expect(new Set(waits)).toEqual(new Set([1000]));
  });
});
