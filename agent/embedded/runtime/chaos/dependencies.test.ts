import { describe, expect, it } from 'vitest';
import { PODS, SERVICES } from '../../store/resourceTypes';
import { TestCluster, testService } from '../testing/testCluster';
import { shareToNames, shareToPods } from './dependencies';

/** `web` with one pod, `cart` with two, `stock` with one, each behind its Service, and `lone` behind none. */
function shop() {
  const { store } = new TestCluster();
  for (const app of ['web', 'cart', 'stock']) store.create(SERVICES, testService(app, 1));
  const pods = ['web-1', 'cart-1', 'cart-2', 'stock-1', 'lone-1'].map((name) =>
    store.create(PODS, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'shop', labels: { app: name.slice(0, -2) } },
      spec: { containers: [{ name: 'app' }] },
    }),
  );
  const [web] = pods;
  if (!web) throw new Error('there is no web');
  return { store, web };
}

describe('shareToPods', () => {
  it.each([
    [['shop/cart-1', 'shop/cart-2'], 0.5],
    [['shop/cart-1'], 0.25],
    [['shop/cart-1', 'shop/stock-1'], 0.75],
    [['shop/lone-1'], 1],
    [[], 0],
  ])('to %j is %d', (targets, share) => {
    const { store, web } = shop();
    expect(shareToPods(store, web, targets)).toBe(share);
  });
});

describe('shareToNames', () => {
  it.each([
    [[], 1],
    [['cart'], 0.5],
    [['cart.shop.svc.cluster.local'], 0.5],
    [['*.shop.svc'], 1],
    [['c?rt*', 'stock'], 1],
    [['example.com'], 0],
    [['web'], 0],
  ])('like %j is %d', (patterns, share) => {
    const { store, web } = shop();
    expect(shareToNames(store, web, patterns)).toBe(share);
  });
});
