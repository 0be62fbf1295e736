import {
  type CanaryKind,
  CoxswainError,
  type Proposal,
  type ReleaseOperation,
  type ReleaseState,
  type ReleaseSteering,
} from '../protocol';
import { type AgentClient, askOnce, connectToAgent } from './agentClient';
import { formatRelease, formatReleases } from './canaryText';
import { print } from './output';
import { untilEnd } from './untilEnd';
import { workloadIdOf } from './workloadArgument';

interface AgentOptions {
  stateDir: string;
}

interface OutputOptions {
  /** A text for people where absent. */
  output?: 'json';
}

interface YesOption {
  yes?: boolean;
}

export async function list(options: AgentOptions & OutputOptions): Promise<void> {
  const { snapshot } = await ask(options, (agent) => agent.request('snapshot', {}));
  if (options.output === 'json') print(JSON.stringify(snapshot.releases, null, 2));
  else print(formatReleases(snapshot.releases));
}

export async function get(
  name: string,
  { watch, ...options }: AgentOptions & OutputOptions & { watch?: boolean },
): Promise<void> {
  if (watch) return follow(name, options);
  const release = await ask(options, (agent) => find(agent, name));
  print(options.output === 'json' ? JSON.stringify(release, null, 2) : formatRelease(release));
}

/** Until a release that was under way is over, Ctrl-C, or the end of the agent. */
async function follow(name: string, options: AgentOptions & OutputOptions): Promise<void> {
  const agent = await connectToAgent(options.stateDir);
  const { id } = await find(agent, name);
  let last = '';
  let wasUnderWay = false;
  agent.follow(({ releases }) => {
    const release = releases.find((each) => each.id === id);
    if (!release) return;
    const text = options.output === 'json' ? JSON.stringify(release) : formatRelease(release);
    if (text !== last) print(last !== '' && process.stdout.isTTY ? `${CLEAR}${text}` : text);
    last = text;
    const isUnderWay = UNDER_WAY.includes(release.phase);
    if (wasUnderWay && !isUnderWay) agent.close();
    wasUnderWay ||= isUnderWay;
  });
  void untilEnd({ exitWithStdin: false }).then(() => agent.close());
  await agent.closed;
}

/** ANSI: the cursor home, and everything after it away. */
const CLEAR = '\u001b[H\u001b[J';
const UNDER_WAY: readonly ReleaseState['phase'][] = [
  'starting',
  'progressing',
  'paused',
  'promoting',
  'rolling-back',
];

export async function setImage(
  name: string,
  assignments: readonly string[],
  options: AgentOptions & YesOption,
): Promise<void> {
  await operate(name, { kind: 'start', images: assignments.map(imageOf) }, options);
}

export async function setWeight(
  name: string,
  percent: number,
  options: AgentOptions & YesOption,
): Promise<void> {
  await withRelease(name, options, (agent, release) =>
    send(agent, release, { kind: 'weight', from: release.weight ?? 0, to: percent }, options),
  );
}

export async function operate(
  name: string,
  operation: ReleaseOperation,
  options: AgentOptions & YesOption,
): Promise<void> {
  await withRelease(name, options, (agent, release) => send(agent, release, operation, options));
}

export async function steer(name: string, steering: ReleaseSteering, options: AgentOptions): Promise<void> {
  const { release } = await withRelease(name, options, (agent, { id }) =>
    agent.request('setReleaseSteering', { releaseId: id, steering }),
  );
  print(`${nameOf(release)}: ${release.steering}`);
}

export async function checkSplit(
  name: string,
  options: AgentOptions & OutputOptions & { requests: number; url?: string; path: string; canary?: boolean },
): Promise<void> {
  const { requests, url, path, canary: canaryHeader } = options;
  const answer = await withRelease(name, options, (agent, { id }) =>
    agent.request('checkSplit', { releaseId: id, requests, url, path, canaryHeader }),
  );
  print(options.output === 'json' ? JSON.stringify(answer, null, 2) : answer.text);
}

interface InitOptions extends AgentOptions, YesOption {
  kind: CanaryKind;
  host?: string;
  route?: string;
  gateway?: string;
  analyses?: string;
  apply?: boolean;
}

export async function init(workload: string, options: InitOptions): Promise<void> {
  const { kind, host, route, gateway, analyses, apply, yes } = options;
  const answer = await ask(options, (agent) =>
    agent.request('prepareCanary', {
      workloadId: workloadIdOf(workload),
      kind,
      host,
      route,
      gateway,
      analyses: analyses?.split(',').map((each) => each.trim()),
      apply,
      confirmed: yes,
    }),
  );
  print(answer.manifests.map(({ yaml }) => yaml.trimEnd()).join('\n---\n'));
  if (answer.problems.length > 0) {
    const remedy =
      'Nothing was written: mend it (--host names a host, --gateway a Gateway, --route a route), and try again.';
    throw new CoxswainError('conflict', answer.text, remedy);
  }
  if (apply) tell(answer.proposal, answer.text);
  else process.stderr.write(`${answer.text}\n`);
}

async function send(
  agent: AgentClient,
  { id }: ReleaseState,
  operation: ReleaseOperation,
  { yes }: YesOption,
): Promise<void> {
  const { proposal, text } = await agent.request('releaseOperation', {
    releaseId: id,
    operation,
    confirmed: yes,
  });
  tell(proposal, text);
}

function tell(proposal: Proposal | null, text: string): void {
  if (proposal?.state.kind === 'failed') {
    throw new CoxswainError('conflict', text, 'Look at it with `coxswain canary get`, and try again.');
  }
  if (proposal?.state.kind === 'denied') {
    throw new CoxswainError('guard-denied', text, 'Look at the reason; the guard is set in coxswain.yaml.');
  }
  print(text);
  if (proposal?.state.kind === 'pending') {
    print(
      `\n${proposal.change.after}\nApprove it with \`coxswain approve ${proposal.id}\`, or at once with --yes.`,
    );
  }
}

function imageOf(assignment: string): { container: string; image: string } {
  const at = assignment.indexOf('=');
  const [container, image] = [assignment.slice(0, at), assignment.slice(at + 1)];
  if (at > 0 && image !== '') return { container, image };
  throw new CoxswainError(
    'usage',
    `"${assignment}" is not a container and its image.`,
    'Write it as app=registry.example/app:1.2.',
  );
}

function withRelease<T>(
  name: string,
  options: AgentOptions,
  work: (agent: AgentClient, release: ReleaseState) => Promise<T>,
): Promise<T> {
  return ask(options, async (agent) => work(agent, await find(agent, name)));
}

/** @throws CoxswainError `not-found`, or `usage` where two kinds share the name */
async function find(agent: AgentClient, name: string): Promise<ReleaseState> {
  const { snapshot } = await agent.request('snapshot', {});
  const found = snapshot.releases.filter((release) => [nameOf(release), fullNameOf(release)].includes(name));
  const [release, other] = found;
  if (!release) {
    throw new CoxswainError(
      'not-found',
      `There is no release ${name}.`,
      'Look at `coxswain canary list`; `coxswain canary init` makes a Deployment one.',
    );
  }
  if (other) {
    throw new CoxswainError(
      'usage',
      `${name} is the name of ${found.length} releases.`,
      `Write ${found.map(fullNameOf).join(' or ')}.`,
    );
  }
  return release;
}

function nameOf({ ref }: Pick<ReleaseState, 'ref'>): string {
  return `${ref.namespace}/${ref.name}`;
}

function fullNameOf(release: Pick<ReleaseState, 'ref'>): string {
  return `${release.ref.kind}/${nameOf(release)}`;
}

async function ask<T>(options: AgentOptions, question: (agent: AgentClient) => Promise<T>): Promise<T> {
  return askOnce(await connectToAgent(options.stateDir), question);
}
