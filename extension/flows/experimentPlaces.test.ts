import { expect, it } from 'vitest';
import { EXPERIMENT_EDITOR } from './experimentPlaces';

const PATTERN = new RegExp(EXPERIMENT_EDITOR.slice('resourcePath =~ /'.length, -1));

it.each([
  ['/w/chaos/kill.yaml', true],
  ['C:\\w\\chaos\\kill.yml', true],
  ['/w/kill.chaos.yaml', true],
  ['/w/chaos/deep/kill.yaml', false],
  ['/w/chaotic/kill.yaml', false],
  ['/w/coxswain.yaml', false],
])('%s is taken for an experiment: %s', (path, expected) => {
  expect(PATTERN.test(path)).toBe(expected);
});
