import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configReference } from './reference';

describe('docs/configuration.md', () => {
  it('is what the schema says (`npm run -s coxswain -- config reference > docs/configuration.md`)', () => {
    const written = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
    expect(written.trimEnd()).toBe(configReference().trimEnd());
  });

  it('tells of the keys of objects that are told apart by their kind, and which kinds have them', () => {
    const rows = configReference().split('\n');
    const rowOf = (key: string) =>
      rows.filter((row) => row.startsWith(`| \`workloads.<name>.scale.rule.${key}\``));
    expect(rowOf('kind')).toEqual([expect.stringContaining('| `predictive`, `quantile`, `hpa` |')]);
    expect(rowOf('quantile')).toEqual([expect.stringMatching(/\| `80`, `95` \|.*Only of `quantile`\./)]);
    expect(rowOf('tolerance')).toEqual([expect.stringMatching(/Only of `predictive` and `hpa`\./)]);
    expect(rowOf('target')).toEqual([expect.not.stringContaining('Only of')]);
  });

  it('describes every key', () => {
    const undescribed = configReference()
      .split('\n')
      .filter((line) => line.startsWith('| `') && /\|\s*\|$/.test(line));
    expect(undescribed).toEqual([]);
  });
});
