import { expect, it } from 'vitest';
import { diffLines } from './diff';

function check(before: string, after: string, expected: string[]): void {
  expect(diffLines(before, after).map(({ sign, text }) => sign + text)).toEqual(expected);
}

it('keeps what both have, with removed lines before the added ones', () => {
  check('kind: Deployment\nspec:\n  replicas: 4\n', 'kind: Deployment\nspec:\n  replicas: 5\n', [
    ' kind: Deployment',
    ' spec:',
    '-  replicas: 4',
    '+  replicas: 5',
  ]);
});

it('shows whole texts that come or go', () => {
  check('', 'a\nb', ['+a', '+b']);
  check('a\nb\n', '', ['-a', '-b']);
  check('', '', []);
});

it('finds lines that stay between changed ones', () => {
  check('a\nx\nb\ny\nc', 'a\nb\nz\nc\nd', [' a', '-x', ' b', '-y', '+z', ' c', '+d']);
});
