import { describe, expect, it } from 'vitest';
import type { ApiRequest } from './api';
import { describeRequest, isExpired, statusError, unreachable } from './apiErrors';

const ORIGIN = { context: 'prod', server: 'https://api.example' };

describe('a request in the words of RBAC', () => {
  const cases: [ApiRequest['method'], string, string][] = [
    ['GET', '/api/v1/namespaces/shop/pods?limit=500', 'list pods in namespace shop'],
    ['GET', '/api/v1/pods?watch=1&resourceVersion=3', 'watch pods'],
    ['GET', '/api/v1/nodes/n1', 'get nodes of "n1"'],
    ['GET', '/api/v1/namespaces/shop', 'get namespaces of "shop"'],
    [
      'PATCH',
      '/apis/apps/v1/namespaces/shop/deployments/checkout/scale',
      'patch deployments.apps/scale of "checkout" in namespace shop',
    ],
    ['POST', '/api/v1/namespaces/shop/pods/p/eviction', 'create pods/eviction of "p" in namespace shop'],
    [
      'DELETE',
      '/k8s/clusters/c-1/apis/chaos-mesh.org/v1alpha1/namespaces/shop/podchaos/x',
      'delete podchaos.chaos-mesh.org of "x" in namespace shop',
    ],
    ['GET', '/version', 'get /version'],
  ];
  for (const [method, path, text] of cases) {
    it(`${method} ${path} is: ${text}`, () => {
      const { verb, resource, where } = describeRequest({ method, path });
      expect(`${verb} ${resource}${where}`).toBe(text);
    });
  }
});

describe('an error status', () => {
  const path = '/apis/apps/v1/namespaces/shop/deployments/checkout/scale';
  const cases: [number, unknown, string, string][] = [
    [
      401,
      { message: 'Unauthorized' },
      'credentials-expired',
      'does not accept the credentials of context prod',
    ],
    [
      403,
      { message: 'forbidden: …' },
      'permission-denied',
      'patch deployments.apps/scale of "checkout" in namespace shop',
    ],
    [404, {}, 'not-found', 'HTTP 404'],
    [409, { message: 'object has been modified' }, 'conflict', 'object has been modified'],
    [422, { message: 'testing value /spec/replicas failed: test failed' }, 'conflict', 'test failed'],
    [422, { message: 'spec.replicas: Invalid value' }, 'internal', 'Invalid value'],
    [429, { message: "would violate the pod's disruption budget." }, 'conflict', 'disruption budget'],
    [429, { message: 'too many requests' }, 'api-unreachable', 'too many requests'],
    [503, '<html>upstream is away</html>', 'api-unreachable', 'upstream is away'],
    [500, 'not { json', 'api-unreachable', 'not { json'],
  ];
  for (const [status, body, code, text] of cases) {
    it(`${status} with ${JSON.stringify(body)} is ${code}`, () => {
      const error = statusError(ORIGIN, { method: 'PATCH', path }, status, body);
      expect(error).toMatchObject({ code, status, message: expect.stringContaining(text) });
      expect(error.remedy).not.toBe('');
    });
  }

  it('410 asks for a new list', () => {
    expect(isExpired(statusError(ORIGIN, { method: 'GET', path }, 410, { reason: 'Expired' }))).toBe(true);
    expect(isExpired(statusError(ORIGIN, { method: 'GET', path }, 409, {}))).toBe(false);
  });
});

describe('no answer', () => {
  it('names the address and the innermost cause', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const error = unreachable(ORIGIN, new TypeError('fetch failed', { cause }));
    expect(error.code).toBe('api-unreachable');
    expect(error.message).toBe(
      'Cannot reach the API server https://api.example of context prod: nothing listens there (ECONNREFUSED).',
    );
  });

  it('looks into the attempts at several addresses', () => {
    const refused = Object.assign(new Error(''), { code: 'ECONNREFUSED' });
    expect(unreachable(ORIGIN, new AggregateError([refused])).message).toContain('nothing listens there');
  });
});
