import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { samplePolicy } from '../../agent/rl/policy/testing/samplePolicies';
import { ModelStore } from '../../agent/training/modelStore';
import { AgentProcess, bundleScript } from './journalProcess';

/** Counts what changes the disk; from the call `diesAt` on nothing works any more, as in a process that has died. */
const disk = vi.hoisted(() => ({ calls: 0, diesAt: Number.POSITIVE_INFINITY }));

vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs')>();
  const mortal = <A extends unknown[], R>(call: (...args: A) => R) => {
    return (...args: A): R => {
      disk.calls += 1;
      if (disk.calls >= disk.diesAt) throw new Error('the process has died');
      return call(...args);
    };
  };
  const changed = {
    openSync: mortal(real.openSync as (...args: unknown[]) => number),
    writeSync: mortal(halfWrite),
    fsyncSync: mortal(real.fsyncSync),
    renameSync: mortal(real.renameSync),
    rmSync: mortal(real.rmSync),
    mkdirSync: mortal(real.mkdirSync as (...args: unknown[]) => unknown),
    writeFileSync: mortal(real.writeFileSync),
  };
  /** As much as half of what there is to write, as operating systems may do. */
  function halfWrite(file: number, bytes: Uint8Array, offset: number): number {
    return real.writeSync(file, bytes, offset, Math.ceil((bytes.length - offset) / 2));
  }
  return { ...real, ...changed, default: { ...real, ...changed } };
});

let folder: string;

beforeAll(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'coxswain-store-'));
});

beforeEach(() => {
  disk.calls = 0;
  disk.diesAt = Number.POSITIVE_INFINITY;
});

afterAll(() => {
  disk.diesAt = Number.POSITIVE_INFINITY;
  fs.rmSync(folder, { recursive: true, force: true });
});

const open = (path: string) => new ModelStore(path, () => 0);

describe('a store whose process dies', () => {
  const actions: [string, (store: ModelStore) => unknown][] = [
    ['adding', (store) => store.add('scale', samplePolicy('gaussian'))],
    ['promoting', (store) => store.promote('scale', 2)],
    ['rolling back', (store) => store.rollback('scale')],
  ];

  it.each(actions)('while %s is as it was before or after, whichever write was the last', (name, act) => {
    const prepare = (path: string) => {
      const store = open(path);
      for (let version = 1; version <= 3; version++) store.add('scale', samplePolicy('gaussian'));
      store.promote('scale', 1);
      store.promote('scale', 3);
      return path;
    };
    const before = prepare(join(folder, `${name} before`));
    const after = prepare(join(folder, `${name} after`));
    disk.calls = 0;
    act(open(after));
    const writes = disk.calls;
    expect(writes).toBeGreaterThan(5);
    const allowed = [snapshot(before), snapshot(after)];
    expect(allowed[0]).not.toEqual(allowed[1]);

    const seen = new Set<number>();
    for (let write = 1; write <= writes; write++) {
      const path = prepare(join(folder, `${name} ${write}`));
      disk.calls = 0;
      disk.diesAt = write;
      expect(() => act(open(path))).toThrow('has died');
      disk.diesAt = Number.POSITIVE_INFINITY;
      const state = JSON.stringify(snapshot(path));
      const found = allowed.findIndex((each) => JSON.stringify(each) === state);
      expect(found, `after write ${write}: ${state}`).toBeGreaterThanOrEqual(0);
      seen.add(found);
      // And it works again, whatever was left lying about.
      const store = open(path);
      const version = store.add('scale', samplePolicy('gaussian'));
      store.promote('scale', version);
      expect(store.list('scale').map(({ state }) => state)).not.toContain('damaged');
      expect(fs.readdirSync(join(path, 'scale')).filter((file) => file.endsWith('.tmp'))).toEqual([]);
    }
    expect([...seen].sort()).toEqual([0, 1]);
  });

  function snapshot(path: string) {
    const store = open(path);
    return [
      store.list('scale').map(({ version, state }) => `${version} ${state}`),
      store.promotions('scale').active,
    ];
  }
});

describe('a store that several processes add to', () => {
  it('gives each policy a number of its own', async () => {
    const script = await bundleScript('trainingFilesProcess.ts', folder);
    const path = join(folder, 'shared');
    const each = 15;
    const processes = [1, 2, 3].map(() => new AgentProcess(script, 'add', path, String(each)));
    await Promise.all(processes.map((process) => process.ended()));
    const versions = processes.flatMap(({ lines }) => lines.map(Number)).sort((a, b) => a - b);
    expect(versions).toEqual(Array.from({ length: 3 * each }, (_, index) => index + 1));
    const store = open(path);
    expect(store.list('scale').filter(({ state }) => state === 'damaged')).toEqual([]);
    expect(store.promotions('scale').history).toHaveLength(3 * each);
  });
});
