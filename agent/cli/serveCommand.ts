import { resolve } from 'node:path';
import { CoxswainError, errorText, TaskName, toErrorInfo } from '../protocol';
import type { PolicyModel } from '../rl/policy/policyModel';
import { HealOptions } from '../sim/heal/healOptions';
import type { ModelStore } from '../training/modelStore';
import { readPolicyFile } from '../training/policyFile';
import { interval } from './comparison';
import { openModel, openStore, taskAndVersion } from './openModel';
import { print } from './output';
import type { ProgramContext } from './programContext';
import { usableShipped } from './shippedModels';
import { untilEnd } from './untilEnd';

export interface ServeCommandOptions {
  model?: string;
  host: string;
  port: number;
  tokenFile?: string;
  stateDir: string;
}

interface Served {
  policy: PolicyModel;
  name: string;
  task: TaskName;
  /** Why this one, where nobody has named it. */
  why?: string;
}

/** The REST service of one policy, until a signal. */
export async function runServe(options: ServeCommandOptions, context: ProgramContext): Promise<void> {
  const { host, port, tokenFile } = options;
  const { version } = context;
  const stateDirectory = resolve(options.stateDir);
  const { why, ...served } = openServed(openStore(stateDirectory, context), options.model);
  const { servePolicy } = await import('../rest/standalone/servePolicy');
  const service = await servePolicy({ ...served, host, port, tokenFile, stateDirectory, version });
  print(`serving ${served.name} (${served.policy.spec}) at ${service.url}`);
  if (why !== undefined) print(why);
  print(`token in ${service.token.path}, description at ${service.url}/openapi.json`);
  await untilEnd({ exitWithStdin: false });
  await service.close();
}

/** `heal/3`, a file, or where nothing is named what heals best as far as is known. */
function openServed(store: ModelStore, model: string | undefined): Served {
  if (model === undefined) return openSteering(store);
  const named = taskAndVersion(model);
  if (!named) return openFile(model);
  const { policy, name } = openModel(store, named.task, named.version);
  return { policy, name, task: TaskName.parse(policy.provenance.env.name) };
}

/** What a person has promoted, or else what comes with Coxswain: a damaged file of that is no reason to serve nothing. */
function openSteering(store: ModelStore): Served {
  const shipped = usableShipped(store, 'heal');
  const active = activeVersion(store);
  const isAmongShipped = store.shipped('heal').some(({ version }) => version === active);
  if (active !== null && !isAmongShipped)
    return { ...openModel(store, 'heal', String(active)), task: 'heal' };
  const steering = shipped.find(({ version }) => version === active);
  const best = steering ?? bestOf(shipped);
  if (!best) {
    throw new CoxswainError(
      'not-found',
      'No version of heal steers, and none that can be used comes with Coxswain.',
      'Name one with --model; `coxswain model list heal` has them.',
    );
  }
  const { policy, version } = best;
  const why = steering ? 'It steers as long as nobody promotes another.' : whyBest(policy);
  return { policy, name: store.nameOf('heal', version), task: 'heal', why };
}

function activeVersion(store: ModelStore): number | null {
  try {
    return store.promotions('heal').active;
  } catch (error) {
    process.stderr.write(`${errorText(toErrorInfo(error))}\n`);
    return null;
  }
}

/** Among those of the observation that healing looks at by default, where there are any. */
function bestOf<T extends { policy: PolicyModel }>(shipped: readonly T[]): T | undefined {
  const { spec } = HealOptions.parse({});
  const ofDefault = shipped.filter(({ policy }) => policy.spec === spec);
  const byReturn = (ofDefault.length > 0 ? ofDefault : shipped).toSorted(
    (a, b) => returnOf(b.policy) - returnOf(a.policy),
  );
  return byReturn[0];
}

function returnOf({ provenance }: PolicyModel): number {
  return provenance.evaluation?.score.mean ?? Number.NEGATIVE_INFINITY;
}

function whyBest({ spec, provenance: { evaluation } }: PolicyModel): string {
  const score = evaluation ? `, ${interval(evaluation.score)} in ${evaluation.episodes} episodes` : '';
  return `No version of heal steers; of those for ${spec} that come with Coxswain this one has the greatest return${score}.`;
}

function openFile(path: string): Served {
  const policy = readPolicyFile(path);
  const task = TaskName.safeParse(policy.provenance.env.name);
  if (task.success) return { policy, name: path, task: task.data };
  throw new CoxswainError(
    'model-incompatible',
    `The policy in ${path} was learned for ${policy.provenance.env.name}, which is no task of Coxswain.`,
    `Serve one of ${TaskName.options.join(', ')}; \`coxswain model import\` takes policies of other programs.`,
  );
}
