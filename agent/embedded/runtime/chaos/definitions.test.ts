import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { checkDefinition, DefinitionSpec } from '../../api/customResources';
import { applySchema, type Schema } from '../../api/schema';
import { createObjectStore } from '../../store/memoryStore';
import { CUSTOM_RESOURCE_DEFINITIONS } from '../../store/resourceTypes';
import { TickClock } from '../tickClock';
import { CHAOS_DEFINITIONS } from './definitions';

const ROOT = join(import.meta.dirname, '../../../..');
const REAL = join(ROOT, '../shared/schemas/crds/chaos-mesh');

function schemaOf(spec: unknown): Schema {
  const [version] = DefinitionSpec.parse(spec).versions;
  if (!version) throw new Error('the definition has no version');
  return version.schema.openAPIV3Schema;
}

function embeddedSchema(kind: string): Schema {
  return schemaOf(CHAOS_DEFINITIONS.find(({ spec }) => DefinitionSpec.parse(spec).names.kind === kind)?.spec);
}

const PLURALS: Readonly<Record<string, string>> = { Schedule: 'schedules', Workflow: 'workflows' };

function realSchema(kind: string): Schema {
  const plural = PLURALS[kind] ?? kind.toLowerCase();
  const path = join(REAL, `chaos-mesh.org_${plural}.yaml`);
  return schemaOf(z.object({ spec: z.unknown() }).parse(parse(readFileSync(path, 'utf8'))).spec);
}

const TARGET = { mode: 'one', selector: { namespaces: ['shop'], labelSelectors: { app: 'web' } } };
const STRESS = { ...TARGET, stressors: { cpu: { workers: 1, load: 80 } } };
const SPECS: [string, Record<string, unknown>][] = [
  ['PodChaos', { ...TARGET, action: 'container-kill', containerNames: ['app'], duration: '30s' }],
  ['StressChaos', STRESS],
  [
    'NetworkChaos',
    {
      ...TARGET,
      action: 'bandwidth',
      bandwidth: { rate: '1mbps', limit: 20_000, buffer: 10_000 },
      direction: 'both',
      target: TARGET,
    },
  ],
  ['HTTPChaos', { ...TARGET, target: 'Request', port: 8080, path: '/*', method: 'GET', abort: true }],
  ['DNSChaos', { ...TARGET, action: 'error', patterns: ['cart.*'], containerNames: ['app'] }],
  ['IOChaos', { ...TARGET, action: 'fault', errno: 5, percent: 50, volumePath: '/data', path: '/data/*' }],
  ['TimeChaos', { ...TARGET, timeOffset: '-10m', clockIds: ['CLOCK_REALTIME'] }],
  [
    'Schedule',
    {
      schedule: '@every 5m',
      type: 'StressChaos',
      historyLimit: 2,
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 30,
      stressChaos: STRESS,
    },
  ],
  [
    'Workflow',
    {
      entry: 'all',
      templates: [
        { name: 'all', templateType: 'Serial', deadline: '5m', children: ['stress', 'rest'] },
        { name: 'stress', templateType: 'StressChaos', deadline: '30s', stressChaos: STRESS },
        { name: 'rest', templateType: 'Suspend', deadline: '10s' },
      ],
    },
  ],
];

describe('the Chaos Mesh kinds of the embedded cluster', () => {
  it('are valid definitions', () => {
    const store = createObjectStore(new TickClock(0, 1));
    for (const definition of CHAOS_DEFINITIONS) {
      expect(checkDefinition(store.create(CUSTOM_RESOURCE_DEFINITIONS, definition))).toEqual([]);
    }
  });

  it.skipIf(!existsSync(REAL)).each(SPECS)('take a %s that the real Chaos Mesh takes', (kind, spec) => {
    const made = () => ({
      apiVersion: 'chaos-mesh.org/v1alpha1',
      kind,
      metadata: { name: 'made' },
      spec: structuredClone(spec),
    });
    expect(applySchema(realSchema(kind), made())).toEqual({ causes: [], pruned: [] });
    expect(applySchema(embeddedSchema(kind), made())).toEqual({ causes: [], pruned: [] });
  });

  it.skipIf(!existsSync(REAL)).each(SPECS)('need of a %s what the real Chaos Mesh needs', (kind) => {
    const empty = () => ({
      apiVersion: 'chaos-mesh.org/v1alpha1',
      kind,
      metadata: { name: 'made' },
      spec: {},
    });
    const fields = (schema: Schema) => applySchema(schema, empty()).causes.map(({ field }) => field);
    expect(fields(embeddedSchema(kind)).sort()).toEqual(fields(realSchema(kind)).sort());
  });
});
