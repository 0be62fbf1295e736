import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exampleRun } from '../../../test/support/chaosExamples';
import { RunStore } from './runStore';

describe('the journals of runs', () => {
  let directory: string;
  let store: RunStore;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'coxswain-runs-'));
    store = new RunStore(join(directory, 'runs'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('are kept as they were last', () => {
    const run = exampleRun({ id: 'kill-1' });
    store.save(run);
    store.save({ ...run, phase: 'running' });
    expect(store.get('kill-1')).toEqual({ ...run, phase: 'running' });
    expect(readdirSync(join(directory, 'runs'))).toEqual(['kill-1.json']);
  });

  it('are listed with the newest last, without what is broken', () => {
    expect(store.latest(5)).toEqual([]);
    for (const [id, startedAtMs] of [
      ['b', 3],
      ['a', 2],
      ['c', 1],
    ] as const) {
      store.save(exampleRun({ id, startedAtMs }));
    }
    writeFileSync(join(directory, 'runs', 'd.json'), '{"id":');
    expect(store.latest(2).map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('are not kept without end: the oldest make room, and nothing else in the folder does', () => {
    const small = new RunStore(join(directory, 'runs'), 3);
    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      small.save(exampleRun({ id, startedAtMs: id.charCodeAt(0) }));
      utimesSync(join(directory, 'runs', `${id}.json`), id.charCodeAt(0), id.charCodeAt(0));
    }
    writeFileSync(join(directory, 'runs', 'notes.txt'), 'mine');
    small.save(exampleRun({ id: 'f', startedAtMs: 200 }));
    expect(readdirSync(join(directory, 'runs')).sort()).toEqual(['d.json', 'e.json', 'f.json', 'notes.txt']);
    small.save(exampleRun({ id: 'd', startedAtMs: 100, text: 'again' }));
    expect(small.get('d').text).toBe('again');
  });

  it.each(['nothing', 'broken', '../secret', '..', 'a/b', ''])('have none called %j', (id) => {
    store.save(exampleRun({ id: 'a' }));
    writeFileSync(join(directory, 'runs', 'broken.json'), '[]');
    writeFileSync(join(directory, 'secret.json'), JSON.stringify(exampleRun()));
    expect(() => store.get(id)).toThrow(/There is no run/);
  });
});
