import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withTables } from '../../test/support/learningTables';
import { parseExperiment } from './experiment/parse';
import { experimentKeys, faultKinds } from './reference';

const PAGE = join(import.meta.dirname, '../../docs/chaos.md');
const text = readFileSync(PAGE, 'utf8');

describe('docs/chaos.md', () => {
  it('has the tables that follow from the code (rewrite them with vitest -u)', async () => {
    const tables = { keys: experimentKeys, kinds: faultKinds };
    await expect(withTables(text, tables)).toMatchFileSnapshot(PAGE);
  });

  it('describes every key and every parameter', () => {
    expect(
      experimentKeys()
        .split('\n')
        .filter((line) => /\|\s*\|$/.test(line)),
    ).toEqual([]);
    expect(faultKinds()).not.toMatch(/: (<br>|\|)/);
  });

  it('shows an experiment that is valid', () => {
    const [, yaml = ''] = /```yaml\n([\s\S]+?)```/.exec(text) ?? [];
    expect(parseExperiment(yaml, 'docs/chaos.md').name).toBe('slow-network');
  });
});
