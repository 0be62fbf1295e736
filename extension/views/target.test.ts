import { expect, test } from 'vitest';
import { targetOf } from './target';

test.each<[string, unknown, object]>([
  ['a tree node carries it', { id: 'x', target: { runId: 'r1' } }, { runId: 'r1' }],
  ['a call from elsewhere is it', { seq: 7 }, { seq: 7 }],
  [
    'a code lens sends the address of a file',
    'file:///w/chaos/kill.yaml',
    { uri: 'file:///w/chaos/kill.yaml' },
  ],
  [
    'the title of an editor sends a Uri',
    { scheme: 'file', path: '/w/a.yaml', toString: () => 'file:///w/a.yaml' },
    { uri: 'file:///w/a.yaml' },
  ],
  ['a keybinding sends nothing', undefined, {}],
  ['whatever is not one is none', { target: { seq: 'seven' } }, {}],
])('%s', (_name, argument, target) => {
  expect(targetOf(argument)).toEqual(target);
});
