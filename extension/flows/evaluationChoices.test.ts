import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { TaskName } from '../../agent/protocol/model';
import { EVALUATION_SIZES, evaluationArgs } from './evaluationChoices';

it('every option that it gives is one of coxswain evaluate', async () => {
  const commands = await readFile(new URL('../../agent/cli/trainCommands.ts', import.meta.url), 'utf8');
  const given = TaskName.options.flatMap((task) =>
    EVALUATION_SIZES.flatMap(({ size }) => evaluationArgs(task, size, '/out')),
  );
  const options = new Set(given.filter((arg) => arg.startsWith('--')));
  expect([...options].sort()).toEqual(['--episodes', '--output', '--quick', '--seeds']);
  for (const option of options) expect(commands).toMatch(new RegExp(`'${option}[ ']`));
});

it.each([
  ['quick', ['--quick']],
  ['look', ['--seeds', '2', '--episodes', '5']],
  ['full', []],
] as const)('asks the CLI for the size %s', (size, args) => {
  expect(evaluationArgs('canary', size, '/out')).toEqual(['evaluate', 'canary', ...args, '--output', '/out']);
});
