import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadExperiments } from './files';

const GOOD = 'name: good\nfault: {kind: pod-kill}\n';

describe('the experiments of a folder', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'coxswain-experiments-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const put = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const listed = () => loadExperiments(folder).map(({ name, error }) => [name, error?.message ?? null]);

  it('are none where there is no folder', () => {
    expect(loadExperiments(join(folder, 'none'))).toEqual([]);
  });

  it('are told apart from what else lies there', () => {
    put('a.chaos.yaml', GOOD);
    put('b.yml', GOOD.replace('good', 'better'));
    put('readme.md', 'name: x');
    put('object.yaml', 'apiVersion: chaos-mesh.org/v1alpha1\nkind: PodChaos\n');
    expect(listed()).toEqual([
      ['good', null],
      ['better', null],
    ]);
  });

  it('are listed with what is wrong with them', () => {
    put('a.yaml', GOOD);
    put('b.yaml', 'name: bad\nfault: {kind: pod-tickle}\n');
    put('c.chaos.yaml', GOOD);
    mkdirSync(join(folder, 'd.yaml'));
    expect(listed()).toEqual([
      ['good', null],
      ['b', expect.stringMatching(/b\.yaml:2:15: fault\.kind/)],
      ['c', expect.stringMatching(/c\.chaos\.yaml: the name good is that of .*a\.yaml already/)],
      ['d', expect.stringMatching(/cannot read .*d\.yaml/)],
    ]);
  });
});
