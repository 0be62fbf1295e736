import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../protocol';
import { exitCodeOf } from './exitCodes';

describe('docs/errors.md', () => {
  const text = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
  const rows = [...text.matchAll(/^\| `([a-z-]+)` \| (\d+) \| (.+) \| (.+) \|$/gm)].map(
    ([, code, exitCode]) => [code, Number(exitCode)],
  );

  it('lists every error code once, with the exit code of the CLI, its meaning and what to do', () => {
    const byCode = (a: readonly unknown[], b: readonly unknown[]) => String(a[0]).localeCompare(String(b[0]));
    const expected = ERROR_CODES.map((code) => [code, exitCodeOf(code)]);
    expect(rows.toSorted(byCode)).toEqual(expected.toSorted(byCode));
  });
});
