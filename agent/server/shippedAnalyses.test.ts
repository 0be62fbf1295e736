import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { shippedAnalyses } from './shippedAnalyses';

it('finds each analysis that comes with Coxswain by its name, for whom it is', () => {
  const assets = mkdtempSync(join(tmpdir(), 'coxswain-analyses-'));
  try {
    symlinkSync(
      fileURLToPath(new URL('../../manifests/canary/analysis', import.meta.url)),
      join(assets, 'analysis'),
    );
    const find = shippedAnalyses(assets);
    for (const name of ['smoke-test', 'error-rate', 'latency', 'full-analysis', 'pre-promotion']) {
      expect(find('argo-rollouts', name)).toContain(`name: ${name}`);
      expect(find('flagger', name)).toBeNull();
    }
    expect(find('flagger', 'success-rate')).toContain('kind: MetricTemplate');
    // Of the many in its file this one alone.
    expect(find('flagger', 'success-rate')).not.toContain('name: request-duration');
    expect(find('argo-rollouts', 'none')).toBeNull();
    expect(shippedAnalyses(join(assets, 'nowhere'))('flagger', 'success-rate')).toBeNull();
  } finally {
    rmSync(assets, { recursive: true, force: true });
  }
});
