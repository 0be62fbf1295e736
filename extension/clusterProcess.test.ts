import { expect, test } from 'vitest';
import { parseReadyLine } from './clusterProcess';

const ready = { ready: true, kubeconfig: '/k', context: 'embedded', url: 'https://127.0.0.1:1' };

test('the line that says that the cluster serves is understood', () => {
  expect(parseReadyLine(JSON.stringify({ ...ready, more: 1 }))).toEqual({
    kubeconfig: '/k',
    context: 'embedded',
    url: 'https://127.0.0.1:1',
  });
});

test.each(['', 'listening', '{"ready":true}', JSON.stringify({ ...ready, ready: false })])(
  'the line %j is none',
  (line) => {
    expect(parseReadyLine(line)).toBeUndefined();
  },
);
