import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { experimentsFolder, openExperimentLibrary } from './experimentLibrary';

const text = (name: string, kind = 'pod-kill') => `name: ${name}\nfault: { kind: ${kind} }\n`;

describe('the library of experiments', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'coxswain-library-'));
    for (const folder of ['own', 'shipped']) mkdirSync(join(directory, folder));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const open = (own: string | null = join(directory, 'own')) =>
    openExperimentLibrary({ shipped: join(directory, 'shipped'), own: () => own });

  it('has those of the folder before those that are shipped, by name', () => {
    writeFileSync(join(directory, 'shipped', 'a.yaml'), text('a'));
    writeFileSync(join(directory, 'shipped', 'b.yaml'), text('b'));
    writeFileSync(join(directory, 'own', 'mine.yaml'), text('b', 'pod-evict'));
    writeFileSync(join(directory, 'own', 'c.yaml'), 'nonsense: 1\n');
    const known = open().list();
    expect(known.map(({ name, path, content }) => [name, path, content.kind])).toEqual([
      ['a', null, 'experiment'],
      ['b', join(directory, 'own', 'mine.yaml'), 'experiment'],
      ['c', join(directory, 'own', 'c.yaml'), 'problem'],
    ]);
    expect(open(null).list()).toHaveLength(2);
    expect(open(join(directory, 'absent')).list()).toHaveLength(2);
  });

  it('reads the folder anew each time', () => {
    const library = open();
    expect(library.list()).toEqual([]);
    writeFileSync(join(directory, 'own', 'a.yaml'), text('a'));
    expect(library.list()).toHaveLength(1);
  });

  const folders: [config: string | null, setting: string | undefined, folder: string | null][] = [
    [null, undefined, null],
    [null, 'x', resolve('x')],
    ['/etc/coxswain.yaml', undefined, resolve('/etc/chaos')],
    ['/etc/coxswain.yaml', 'tests/chaos', resolve('/etc/tests/chaos')],
    ['/etc/coxswain.yaml', '/srv/chaos', resolve('/srv/chaos')],
  ];
  it.each(folders)('looks, for %s with %s, in %s', (config, setting, folder) => {
    expect(experimentsFolder(config, setting)).toBe(folder);
  });
});
