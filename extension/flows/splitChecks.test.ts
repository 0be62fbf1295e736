import { expect, test, vi } from 'vitest';
import { addressProblem, requestsProblem, splitText, whereOf } from './splitChecks';

vi.mock('vscode', () => ({}));

test('a check says how many were answered by which version, beside what was expected', () => {
  const count = { requests: 100, stable: 88, canary: 11, other: 1 };
  expect(splitText({ count, expectedCanaryShare: 0.1, text: 'Within what chance allows.' })).toBe(
    'Of 100 requests 88 were answered by stable and 11 by the canary (11 %, expected 10 %). 1 failed, or were answered by neither. Within what chance allows.',
  );
  const none = { requests: 20, stable: 0, canary: 20, other: 0 };
  expect(splitText({ count: none, expectedCanaryShare: null, text: '' })).toBe(
    'Of 20 requests 0 were answered by stable and 20 by the canary (100 %).',
  );
});

test('a path is asked of the route, and a whole address of its host', () => {
  expect(whereOf('/health')).toEqual({ path: '/health' });
  expect(whereOf('http://shop.example:8080/a?b=1')).toEqual({
    url: 'http://shop.example:8080',
    path: '/a?b=1',
  });
  expect(['/', 'https://x/', 'health', 'ftp://x'].map((text) => addressProblem(text) === null)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test('as many requests as the agent takes', () => {
  expect(['1', '10000', '0', '10001', '1.5', 'x'].map((text) => requestsProblem(text) === null)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});
