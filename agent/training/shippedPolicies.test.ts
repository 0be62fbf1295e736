import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aHealPolicy } from '../../test/support/healPolicy';
import { ModelStore } from './modelStore';
import { writePolicyFile } from './policyFile';
import { ShippedPolicies } from './shippedPolicies';

let folder: string;
let shipped: string;
let store: ModelStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coxswain-shipped-'));
  shipped = join(folder, 'policies');
  mkdirSync(shipped);
  store = new ModelStore(join(folder, 'models'), () => 1, new ShippedPolicies(shipped));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function ship(name: string, seed: number): void {
  const policy = aHealPolicy({});
  writePolicyFile(join(shipped, `${name}.onnx`), { ...policy, provenance: { ...policy.provenance, seed } });
}

function steersByDefault(steers: string): void {
  writeFileSync(join(shipped, 'default.json'), JSON.stringify({ heal: { steers, reason: 'it is good' } }));
}

const listed = () => store.list('heal').map(({ version, state, seed }) => [version, state, seed]);

describe('policies that come with Coxswain', () => {
  it('stand in the list behind those of the store, and can be read like them', () => {
    ship('heal-9-ppo', 9);
    ship('heal-54-ppo', 54);
    ship('scale-36-ppo', 36);
    store.add('heal', aHealPolicy({}));
    expect(listed()).toEqual([
      [1, 'stored', 1],
      [100_001, 'shipped', 54],
      [100_002, 'shipped', 9],
    ]);
    expect(store.load('heal', 100_002).provenance.seed).toBe(9);
    expect(store.promotions('heal').active).toBeNull();
  });

  it('are copied when they are promoted, once', () => {
    ship('heal-54-ppo', 54);
    expect(store.promote('heal', 100_001).active).toBe(1);
    expect(listed()).toEqual([[1, 'active', 54]]);
    store.add('heal', aHealPolicy({}));
    expect(store.list('heal').map(({ shippedAs }) => shippedAs)).toEqual([null, 'heal-54-ppo']);
    store.rollback('heal');
    expect(store.promote('heal', 100_001).active).toBe(1);
    expect(store.promotions('heal').history.map(({ version }) => version)).toEqual([1, null, 1]);
  });

  it('steer from where they are where the package says so, until somebody decides', () => {
    ship('heal-54-ppo', 54);
    steersByDefault('heal-54-ppo');
    expect(store.promotions('heal').active).toBe(100_001);
    expect(listed()).toEqual([[100_001, 'active', 54]]);
    expect(store.rollback('heal', { toRule: true }).active).toBeNull();
    expect(store.promotions('heal').active).toBeNull();
    // What steered has become a version of the store, for the way back.
    expect(store.rollback('heal').active).toBe(1);
    expect(store.load('heal', 1).provenance.seed).toBe(54);
  });

  it('leave the runbook steering where the package says that, or nothing', () => {
    ship('heal-54-ppo', 54);
    expect(new ShippedPolicies(shipped).defaultOf('heal').steers).toBe('runbook');
    steersByDefault('runbook');
    expect(store.promotions('heal').active).toBeNull();
    expect(new ShippedPolicies(shipped).defaultOf('heal')).toEqual({
      steers: 'runbook',
      reason: 'it is good',
    });
  });

  it('have an evaluation that nobody changes', () => {
    ship('heal-54-ppo', 54);
    expect(() => store.setEvaluation('heal', 100_001, null)).toThrow(/is the shipped policy heal-54-ppo/);
  });

  const damaged: [string, string][] = [
    ['no JSON', '{'],
    ['another shape', '{"heal": "runbook"}'],
    ['a policy that is not there', '{"heal": {"steers": "heal-99", "reason": "x"}}'],
  ];
  for (const [what, text] of damaged) {
    it(`say so where their default is ${what}`, () => {
      writeFileSync(join(shipped, 'default.json'), text);
      expect(() => store.promotions('heal')).toThrow(expect.objectContaining({ code: 'model-invalid' }));
    });
  }

  it('may be missing altogether', () => {
    const none = new ShippedPolicies(join(folder, 'nowhere'));
    expect([none.isEmpty, none.list('heal'), none.defaultVersion('heal')]).toEqual([true, [], null]);
  });

  it('can be seen where they are damaged, not used', () => {
    writeFileSync(join(shipped, 'heal-54-ppo.onnx'), 'nonsense');
    expect(store.list('heal')[0]).toMatchObject({ version: 100_001, state: 'damaged' });
    expect(() => store.promote('heal', 100_001)).toThrow(expect.objectContaining({ code: 'model-invalid' }));
  });
});
