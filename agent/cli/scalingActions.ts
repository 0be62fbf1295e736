import { CoxswainError, formatAge, policyText, type ScalingState } from '../protocol';
import { type AgentClient, askOnce, connectToAgent } from './agentClient';
import { formatTable, print } from './output';
import { workloadIdOf } from './workloadArgument';

interface AgentOptions {
  stateDir: string;
}

/** A table of all workloads that the scaler looks at, or all about one of them, after `set` has changed it. */
export async function scaling(
  workload: string | undefined,
  { set, ...options }: AgentOptions & { output?: 'json'; set?: 'off' | 'shadow' },
): Promise<void> {
  if (set !== undefined) return setScaling(workload, set, options);
  const { snapshot } = await ask(options, (agent) => agent.request('snapshot', {}));
  const id = workload === undefined ? null : workloadIdOf(workload);
  const states = snapshot.scaling.filter((state) => id === null || state.id === id);
  if (id !== null && states.length === 0) {
    throw new CoxswainError(
      'not-found',
      `The scaler does not look at ${workload}.`,
      'Look at `coxswain scaling`; `scale.steering` in coxswain.yaml must not be off for it.',
    );
  }
  if (options.output === 'json') print(JSON.stringify(states, null, 2));
  else print(states.length === 0 ? 'The scaler looks at no workload.' : formatScaling(states));
}

async function setScaling(
  workload: string | undefined,
  steering: 'off' | 'shadow',
  options: AgentOptions & { output?: 'json' },
): Promise<void> {
  if (workload === undefined) {
    throw new CoxswainError(
      'usage',
      '--set is for one workload, and none is named.',
      `Write \`coxswain scaling shop/checkout --set ${steering}\`, or set scale.steering in coxswain.yaml for all.`,
    );
  }
  const workloadId = workloadIdOf(workload);
  const { scaling } = await ask(options, (agent) => agent.request('setScaling', { workloadId, steering }));
  if (options.output === 'json') print(JSON.stringify(scaling === null ? [] : [scaling], null, 2));
  else print(scaling === null ? `The scaler does not look at ${workload}.` : formatScaling([scaling]));
}

export async function takeOver(
  workload: string,
  { how, yes, ...options }: AgentOptions & { how: 'advise' | 'own'; yes?: boolean },
): Promise<void> {
  const workloadId = workloadIdOf(workload);
  const { proposal, text } = await ask(options, (agent) =>
    agent.request('takeOver', { workloadId, how, confirmed: yes }),
  );
  if (proposal?.state.kind === 'failed') {
    throw new CoxswainError('conflict', text, 'Try again once the reason is gone.');
  }
  print(text);
  if (proposal?.state.kind === 'pending') {
    print(
      `\n${proposal.change.after}\nApprove it with \`coxswain approve ${proposal.id}\`, or at once with --yes.`,
    );
  }
}

export async function handBack(workload: string, options: AgentOptions): Promise<void> {
  const workloadId = workloadIdOf(workload);
  print((await ask(options, (agent) => agent.request('handBack', { workloadId }))).text);
}

/** @param words workload and price; with `all` the price alone */
export async function setPrice(
  words: readonly string[],
  { all = false, ...options }: AgentOptions & { all?: boolean },
): Promise<void> {
  const [price, workload, ...rest] = words.toReversed();
  const value = Number(price);
  if (rest.length > 0 || !(value >= 0.1 && value <= 10_000) || all !== (workload === undefined)) {
    throw new CoxswainError(
      'usage',
      `"${words.join(' ')}" does not name a workload and a price of 0.1 to 10000.`,
      'Write `coxswain price shop/checkout 20`, or `coxswain price --all 20`.',
    );
  }
  const workloadId = workload === undefined ? undefined : workloadIdOf(workload);
  const { violationPrice } = await ask(options, (agent) =>
    agent.request('setViolationPrice', { workloadId, violationPrice: value }),
  );
  print(`A violation costs ${violationPrice} pods from the next step on.`);
}

async function ask<T>(options: AgentOptions, question: (agent: AgentClient) => Promise<T>): Promise<T> {
  return askOnce(await connectToAgent(options.stateDir), question);
}

function formatScaling(states: readonly ScalingState[]): string {
  const rows = states.map((state) => [
    state.id.replace('/Deployment/', '/'),
    state.steering,
    state.autoscalers.map(({ kind, name, metrics }) => `${kind} ${name} (${metrics})`).join(', ') || '-',
    `${state.minReplicas}…${state.maxReplicas}`,
    policyText(state.policy),
    String(state.violationPrice),
    state.problem ?? state.status,
  ]);
  const headings = ['WORKLOAD', 'STEERING', 'AUTOSCALER', 'REPLICAS', 'POLICY', 'W', 'STATUS'];
  return [formatTable(headings, rows), ...states.flatMap(notes)].join('\n');
}

/** What a table has no room for. */
function notes({ id, gitOps, handedBack, shadow, autoscalers }: ScalingState): string[] {
  const told = [
    gitOps && `${gitOps} owns it: changes are proposed, never made`,
    handedBack && `handed back: ${handedBack.why}${retryText(handedBack)}`,
    shadow?.text,
    ...autoscalers.map(({ name, problem }) => problem && `${name}: ${problem}`),
  ];
  return told.flatMap((text) => (text ? [`${id.replace('/Deployment/', '/')}: ${text}`] : []));
}

function retryText({ atMs, retryAtMs }: { atMs: number; retryAtMs: number | null }): string {
  return retryAtMs === null ? '' : `; tried again ${formatAge(retryAtMs - atMs)} later`;
}
