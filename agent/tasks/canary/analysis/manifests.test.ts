import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import * as z from 'zod';
import { hasRealDefinitions, realDefinitions } from '../../../../test/support/realDefinitions';
import { parsePromql } from '../../../embedded/prometheus/parse';
import { filledText } from './fillIn';
import { providerOf } from './metric';
import { prepareRun } from './prepareRun';
import { queryOf } from './shown';
import { AnalysisSpec, Argument, specOfTemplates } from './template';

const FOLDER = join(import.meta.dirname, '../../../../manifests/canary/analysis');

const Manifest = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({}),
});
const manifests = readdirSync(FOLDER).flatMap((file) =>
  parseAllDocuments(readFileSync(join(FOLDER, file), 'utf8')).map((document) =>
    Manifest.parse(document.toJS()),
  ),
);
const named = (kind: string) =>
  manifests.flatMap((manifest) =>
    manifest.kind === kind ? [[manifest.metadata.name, manifest] as const] : [],
  );

const GIVEN: Readonly<Record<string, string>> = {
  namespace: 'shop',
  name: 'storefront',
  service: 'storefront-canary.shop',
  'canary-hash': '5d8f7c9b6d',
  'stable-hash': '7c6b5d4f88',
};

describe('the analyses that are ready to use', () => {
  it('are those of the seeds', () => {
    expect(
      named('AnalysisTemplate')
        .map(([name]) => name)
        .sort(),
    ).toEqual(['error-rate', 'full-analysis', 'latency', 'pre-promotion', 'smoke-test']);
    expect(
      named('MetricTemplate')
        .map(([name]) => name)
        .sort(),
    ).toEqual(['gpu-utilization', 'model-accuracy', 'request-duration', 'success-rate']);
  });

  it.each(named('AnalysisTemplate'))('%s can be run, and each of its queries be read', (_, { spec }) => {
    const args = Object.entries(GIVEN).map(([name, value]) => Argument.parse({ name, value }));
    const run = specOfTemplates([AnalysisSpec.parse(spec)], { args, dryRun: [], measurementRetention: [] });
    const { metrics } = prepareRun(run);
    expect(metrics.length).toBeGreaterThan(0);
    for (const metric of metrics) {
      if (providerOf(metric) === 'prometheus') expect(() => parsePromql(queryOf(metric))).not.toThrow();
      else expect(new URL(queryOf(metric)).hostname).toBe('storefront-canary.shop.svc.cluster.local');
    }
  });

  it.each(named('MetricTemplate'))('%s has a query that can be read', (_, { spec }) => {
    const values = new Map([
      ['namespace', 'shop'],
      ['target', 'storefront'],
      ['interval', '1m'],
    ]);
    expect(() => parsePromql(filledText(String(spec.query), values))).not.toThrow();
  });

  it.skipIf(!hasRealDefinitions)('are what the real definitions take', () => {
    const check = realDefinitions('argo-rollouts', 'flagger');
    const problems = manifests.flatMap((manifest) =>
      check(manifest).map((problem) => `${manifest.metadata.name}: ${problem}`),
    );
    expect(problems).toEqual([]);
  });
});
