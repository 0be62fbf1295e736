import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ExperienceStore, type Transition } from './experienceStore';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coxswain-experience-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function aTransition(number: number, spec = 'heal/9'): Transition {
  return {
    ...{ spec, state: [number, 0.5], action: number % 5, reward: 1 - number, nextState: [0.25, number] },
    ...{ terminated: number % 2 === 1, source: 'test', atMs: number },
  };
}
const some = (count: number, spec?: string) =>
  Array.from({ length: count }, (_, number) => aTransition(number, spec));

describe('stored experience', () => {
  it('comes back as it was, oldest first, by its contract', () => {
    const store = new ExperienceStore(folder);
    store.add(some(3));
    store.add(some(2, 'heal/54'));
    expect(store.newest('heal/9', 10)).toEqual(some(3));
    expect(store.newest('heal/9', 2).map(({ atMs }) => atMs)).toEqual([1, 2]);
    expect([store.count('heal/9'), store.count('heal/54'), store.count('heal/9', 'heal/54')]).toEqual([
      3, 2, 5,
    ]);
    store.close();
  });

  it('takes in all or nothing, and goes on after what it cannot store', () => {
    const store = new ExperienceStore(folder);
    expect(() => store.add([aTransition(1), { ...aTransition(2), reward: Number.NaN }])).toThrow();
    expect(store.count('heal/9')).toBe(0);
    store.add(some(2));
    const other = new ExperienceStore(folder);
    other.add(some(1));
    expect([store.count('heal/9'), other.count('heal/9')]).toEqual([3, 3]);
    store.close();
    other.close();
  });

  it('outlives its process, with what the learner has noted', () => {
    const first = new ExperienceStore(folder);
    first.add(some(2));
    expect(first.readNote('heal')).toBeNull();
    first.writeNote('heal', '{"a":1}');
    first.writeNote('scale', '{"b":2}');
    first.close();
    const second = new ExperienceStore(folder);
    expect(second.count('heal/9')).toBe(2);
    expect([second.readNote('heal'), second.readNote('scale')]).toEqual(['{"a":1}', '{"b":2}']);
    second.close();
  });

  it('is bounded by contract: the oldest of the same one goes first', () => {
    const store = new ExperienceStore(folder, 10);
    store.add(some(3, 'scale/36'));
    for (let number = 0; number < 35; number += 1) store.add([aTransition(number)]);
    expect([store.count('heal/9') < 20, store.count('scale/36')]).toEqual([true, 3]);
    expect(store.newest('heal/9', 3).map(({ atMs }) => atMs)).toEqual([32, 33, 34]);
    expect(store.newest('heal/9', 100)[0]?.atMs).toBeGreaterThanOrEqual(15);
    store.close();
  });

  it('says what to do where its file is damaged, or of a later version', () => {
    writeFileSync(join(folder, 'experience.sqlite'), 'nonsense '.repeat(200));
    expect(() => new ExperienceStore(folder)).toThrow(
      expect.objectContaining({
        code: 'model-invalid',
        remedy: expect.stringContaining('Move the file aside'),
      }),
    );
    rmSync(join(folder, 'experience.sqlite'));
    const later = new DatabaseSync(join(folder, 'experience.sqlite'));
    later.exec('PRAGMA user_version = 99');
    later.close();
    expect(() => new ExperienceStore(folder)).toThrow(/later version of Coxswain \(schema 99\)/);
  });
});
