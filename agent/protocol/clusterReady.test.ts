import { expect, test } from 'vitest';
import { parseClusterReady } from './clusterReady';

const ready = { ready: true, kubeconfig: '/k', context: 'embedded', url: 'https://127.0.0.1:1' };

test('the line that says that the cluster serves is understood', () => {
  expect(parseClusterReady(JSON.stringify({ ...ready, more: 1 }))).toEqual(ready);
});

test.each(['', 'listening', '{"ready":true}', JSON.stringify({ ...ready, ready: false })])(
  'the line %j is none',
  (line) => {
    expect(parseClusterReady(line)).toBeNull();
  },
);
