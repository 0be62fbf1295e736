import { existsSync, readdirSync, readFileSync } from 'node:fs';
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
const MANIFESTS = join(ROOT, 'manifests/chaos');
const REAL = join(ROOT, '../shared/schemas/crds/chaos-mesh');

const Manifest = z.looseObject({ apiVersion: z.literal('chaos-mesh.org/v1alpha1'), kind: z.string() });

const manifests = readdirSync(MANIFESTS).map((file) => ({
  file,
  read: () => Manifest.parse(parse(readFileSync(join(MANIFESTS, file), 'utf8'))),
}));

function schemaOf(spec: unknown): Schema {
  const [version] = DefinitionSpec.parse(spec).versions;
  if (!version) throw new Error('the definition has no version');
  return version.schema.openAPIV3Schema;
}

describe('the Chaos Mesh kinds of the embedded cluster', () => {
  it('are valid definitions', () => {
    const store = createObjectStore(new TickClock(0, 1));
    for (const definition of CHAOS_DEFINITIONS) {
      expect(checkDefinition(store.create(CUSTOM_RESOURCE_DEFINITIONS, definition))).toEqual([]);
    }
  });

  it('come with a manifest for each fault', () => {
    expect(manifests.map(({ file }) => file).sort()).toEqual([
      'cpu-stress.yaml',
      'memory-stress.yaml',
      'network-delay.yaml',
      'pod-kill.yaml',
    ]);
  });

  it.each(manifests)('accept $file', ({ read }) => {
    const manifest = read();
    const definition = CHAOS_DEFINITIONS.find(({ spec }) => {
      return DefinitionSpec.parse(spec).names.kind === manifest.kind;
    });
    expect(applySchema(schemaOf(definition?.spec), manifest)).toEqual({ causes: [], pruned: [] });
  });

  it.skipIf(!existsSync(REAL)).each(manifests)(
    'are the same for $file as the real Chaos Mesh',
    ({ read }) => {
      const manifest = read();
      const path = join(REAL, `chaos-mesh.org_${manifest.kind.toLowerCase()}.yaml`);
      const real = z.object({ spec: z.unknown() }).parse(parse(readFileSync(path, 'utf8')));
      expect(applySchema(schemaOf(real.spec), manifest)).toEqual({ causes: [], pruned: [] });
    },
  );
});
