import { expect, it } from 'vitest';
import type { WeightedDestination } from './resolution';
import { drawShare, sharesOf } from './shares';
import { HOST, made, resolve, summary } from './testRoutes';

const backend = { service: { name: 'stable', port: { number: 80 } } };
const ingress = made('Ingress', 'web', {
  rules: [{ host: HOST, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
});
const httpRoute = made('HTTPRoute', 'web', {
  parentRefs: [{ name: 'gate' }],
  hostnames: [HOST],
  rules: [{ backendRefs: [{ name: 'cart', port: 80 }] }],
});
const virtualService = made('VirtualService', 'web', {
  hosts: [HOST],
  gateways: ['gate'],
  http: [{ route: [{ destination: { host: 'canary' } }] }],
});

it('of routers that claim one host the Gateway API goes before Istio before NGINX, and it is said', () => {
  const all = { ingresses: [ingress], virtualServices: [virtualService] };
  expect(summary(resolve(all))).toBe('canary 100');
  const resolution = resolve({ ...all, httpRoutes: [httpRoute] });
  expect(summary(resolution)).toBe('cart 1');
  expect(resolution.conflict).toBe(
    'HTTPRoute shop/web serves shop.example; VirtualService shop/web, Ingress shop/web claims it too and gets nothing',
  );
  expect(resolution.claims.map(({ router }) => router)).toEqual(['gateway-api', 'istio', 'nginx']);
});

it('a host of nobody gets 404', () => {
  expect(summary(resolve({ ingresses: [ingress] }, { host: 'other' }))).toBe('404');
});

const destination = (service: string, weight: number, optional = false): WeightedDestination => ({
  namespace: 'shop',
  service,
  subset: null,
  port: undefined,
  problem: null,
  weight,
  optional,
  responseHeaders: [],
});

it('an optional destination without pods leaves its share to the others', () => {
  const split = (canaryPods: string[]) =>
    sharesOf([destination('stable', 0), destination('canary', 100, true)], ({ service }) =>
      service === 'canary' ? canaryPods : ['stable-1'],
    ).map(({ destination: { service }, share }) => `${service} ${share}`);
  expect(split(['canary-1'])).toEqual(['canary 1']);
  expect(split([])).toEqual(['stable 1']);
});

it('draws destinations by their shares', () => {
  const shares = sharesOf([destination('stable', 3), destination('canary', 1)], () => ['pod']);
  const drawn = (uniform: number) => drawShare(shares, uniform)?.destination.service;
  expect([0, 0.74, 0.76, 0.999].map(drawn)).toEqual(['stable', 'stable', 'canary', 'canary']);
});
