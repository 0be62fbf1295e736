import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { LOAD_PROFILE_NAMES, parseStages } from '../../agent/simulate/loadProfiles';
import { LOADS, SIMULATIONS, simulationArgs, stagesProblem } from './simulationChoices';

it('offers the loads that the CLI knows by name', () => {
  expect(LOADS.map(({ name }) => name)).toEqual(LOAD_PROFILE_NAMES);
});

it('offers what the CLI can play', async () => {
  const commands = await readFile(new URL('../../agent/cli/scaleCommands.ts', import.meta.url), 'utf8');
  const [, choices = ''] = /createArgument\('<what>'\)\.choices\(\[([^\]]+)\]\)/.exec(commands) ?? [];
  expect([...choices.matchAll(/'([\w-]+)'/g)].map(([, kind]) => kind)).toEqual(
    SIMULATIONS.map(({ kind }) => kind),
  );
});

it('says of the rehearsal that nobody is asked, as its agent runs in mode auto', async () => {
  const agent = await readFile(new URL('../../agent/simulate/scaler.ts', import.meta.url), 'utf8');
  expect(agent).toContain("mode: 'auto'");
  const { detail } = SIMULATIONS.find(({ kind }) => kind === 'rehearsal') ?? { detail: '' };
  expect(detail).toContain('takes over by itself');
});

it.each([
  [{ by: 'name', name: 'spike' }, ['--load', 'spike']],
  [{ by: 'stages', stages: '2m:10' }, ['--stages', '2m:10']],
  [{ by: 'trace', path: '/w/load.csv' }, ['--trace', '/w/load.csv']],
] as const)('asks the CLI for the load %j', (load, args) => {
  expect(simulationArgs('hpa', load, '/out/report.html')).toEqual([
    'simulate',
    'hpa',
    ...args,
    '--format',
    'html',
    '--output',
    '/out/report.html',
  ]);
});

it.each(['2m:10,5m:50,3m:100,2m:0', '30s:50, 1m30s:200'])('takes the stages %s, as the CLI does', (text) => {
  expect(stagesProblem(text)).toBeNull();
  expect(() => parseStages(text.replaceAll(' ', ''))).not.toThrow();
});

it.each(['', '10', '2m', '2m:ten', '2m:10,'])('says what is wrong with the stages "%s"', (text) => {
  expect(stagesProblem(text)).toContain('for example');
});
