import { resolve } from 'node:path';
import { CoxswainError, TaskName } from '../protocol';
import type { PolicyModel } from '../rl/policy/policyModel';
import { readPolicyFile } from '../training/policyFile';
import { openModel } from './openModel';
import { print } from './output';
import type { ProgramContext } from './programContext';
import { untilEnd } from './untilEnd';

export interface ServeCommandOptions {
  model?: string;
  host: string;
  port: number;
  tokenFile?: string;
  stateDir: string;
}

/** The REST service of one policy, until a signal. */
export async function runServe(options: ServeCommandOptions, { version }: ProgramContext): Promise<void> {
  const { host, port, tokenFile } = options;
  const stateDirectory = resolve(options.stateDir);
  const served = openServed(stateDirectory, options.model);
  const { servePolicy } = await import('../rest/standalone/servePolicy');
  const service = await servePolicy({ ...served, host, port, tokenFile, stateDirectory, version });
  print(`serving ${served.name} (${served.policy.spec}) at ${service.url}`);
  print(`token in ${service.token.path}, description at ${service.url}/openapi.json`);
  await untilEnd({ exitWithStdin: false });
  await service.close();
}

/** `heal/3`, a file, or the version of heal that steers. */
function openServed(stateDirectory: string, model: string | undefined) {
  const [, task, version] = /^(heal|scale|canary)\/(\d+)$/.exec(model ?? '') ?? [];
  if (model !== undefined && task === undefined) return openFile(model);
  const { policy, name } = openModel(stateDirectory, TaskName.parse(task ?? 'heal'), version);
  return { policy, name, task: TaskName.parse(policy.provenance.env.name) };
}

function openFile(path: string): { policy: PolicyModel; name: string; task: TaskName } {
  const policy = readPolicyFile(path);
  const task = TaskName.safeParse(policy.provenance.env.name);
  if (task.success) return { policy, name: path, task: task.data };
  throw new CoxswainError(
    'model-incompatible',
    `The policy in ${path} was learned for ${policy.provenance.env.name}, which is no task of Coxswain.`,
    `Serve one of ${TaskName.options.join(', ')}; \`coxswain model import\` takes policies of other programs.`,
  );
}
