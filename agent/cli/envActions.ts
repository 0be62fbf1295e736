import { checkEnv } from '../rl/env/checkEnv';
import type { Env } from '../rl/env/env';
import { type EnvSurvey, type Range, type SurveyOptions, surveyEnv } from '../rl/env/surveyEnv';
import { serveBridge } from '../training/bridge/serve';
import { BridgeSession } from '../training/bridge/session';
import { createEnv, ENVIRONMENTS } from '../training/environments';
import { formatTable, print } from './output';

export interface EnvOptions {
  env: string;
  options: Readonly<Record<string, unknown>>;
  seed: number;
}

export function listEnvs(): void {
  const rows = ENVIRONMENTS.map(({ name, describe }) => [name, describe]);
  print(formatTable(['NAME', 'TASK'], rows));
  const options = ENVIRONMENTS.flatMap(({ name, options }) =>
    Object.entries(options).map(([option, describe]) => [name, option, describe]),
  );
  if (options.length > 0) print(`\n${formatTable(['ENV', 'OPTION', 'WHAT'], options)}`);
}

/** Exit code 1 where anything is wrong with the env. */
export function checkEnvCommand(options: EnvOptions & SurveyOptions): void {
  const { text, sound } = describeCheck(createEnv({ name: options.env, options: options.options }), options);
  print(text);
  if (!sound) process.exitCode = 1;
}

/** What is wrong with the env; where nothing is, what random actions met in it. */
export function describeCheck(env: Env, options: SurveyOptions): { text: string; sound: boolean } {
  const problems = checkEnv(env);
  if (problems.length > 0) {
    return { text: problems.map((problem) => `problem: ${problem}`).join('\n'), sound: false };
  }
  return { text: `${formatSurvey(env, surveyEnv(env, options))}\n\nno problems found`, sound: true };
}

/** Until the trainer leaves. */
export async function serveEnv(options: EnvOptions & { envs: number }): Promise<void> {
  const { env: name, options: envOptions, envs, seed } = options;
  const session = new BridgeSession({ env: { name, options: envOptions }, envs, seed });
  await serveBridge(session, process.stdin, process.stdout);
}

function formatSurvey({ observationSpace, actionSpace, spec }: Env, survey: EnvSurvey): string {
  const actions =
    actionSpace.kind === 'discrete'
      ? actionSpace.labels.join(' | ')
      : actionSpace.fields.map(({ name, unit, min, max }) => `${name} ${min} to ${max} ${unit}`).join(', ');
  const fields = observationSpace.fields.map(({ name, unit, min, max }, index) => [
    name,
    unit,
    `${number(min)} to ${number(max)}`,
    ...cells(survey.observation[index] as Range),
  ]);
  const totals = [
    ['reward per step', ...cells(survey.reward)],
    ['return', ...cells(survey.return)],
    ['steps', ...cells(survey.length)],
  ];
  return [
    `${spec}: ${survey.episodes} episodes of random actions, ${survey.steps} steps; ` +
      `${survey.terminated} terminated, ${survey.episodes - survey.terminated} were cut off`,
    `actions: ${actions}\n`,
    `${formatTable(['OBSERVATION', 'UNIT', 'RANGE', 'MIN', 'MEAN', 'MAX'], fields)}\n`,
    formatTable(['EPISODES', 'MIN', 'MEAN', 'MAX'], totals),
  ].join('\n');
}

function cells({ min, mean, max }: Range): string[] {
  return [number(min), number(mean), number(max)];
}

function number(value: number): string {
  return Number.isFinite(value)
    ? String(Number(value.toPrecision(4)))
    : String(value).replace('Infinity', '∞');
}
