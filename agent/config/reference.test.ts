import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configReference } from './reference';

describe('docs/configuration.md', () => {
  it('is what the schema says (`npm run -s coxswain -- config reference > docs/configuration.md`)', () => {
    const written = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
    expect(written.trimEnd()).toBe(configReference().trimEnd());
  });

  it('describes every key', () => {
    const undescribed = configReference()
      .split('\n')
      .filter((line) => line.startsWith('| `') && /\|\s*\|$/.test(line));
    expect(undescribed).toEqual([]);
  });
});
