import * as vscode from 'vscode';
import type { Result, WorkloadState } from '../../agent/protocol';
import { CoxswainError } from '../../agent/protocol/errors';
import { workloadName } from '../../webview/model/runs';
import type { RunningAgent } from '../agent/supervisor';
import type { App } from '../context';
import type { Target } from '../views/target';
import {
  analysesFor,
  chosenAnalyses,
  gatewayProblem,
  hostProblem,
  KINDS,
  manifestsText,
  NO_ANSWERS,
  nameProblem,
  ROUTES,
  type WizardAnswers,
  type WizardStep,
  wizardParams,
  wizardSteps,
} from './canaryWizard';
import { askRow, askRows, askText, BACK, type StepPosition } from './multiStep';
import { askAtOnce } from './proposalQuestion';

const TITLE = 'Make Canary';
const APPLY = 'Apply Now';

type Asked = Promise<Partial<WizardAnswers> | typeof BACK>;

/** Everything a question needs. */
interface Wizard {
  app: App;
  agent: RunningAgent;
  answers: WizardAnswers;
}

/**
 * Makes a Deployment something that is released step by step: asks how, shows the manifests for review, and applies
 * them where the person says so. Nothing is changed before.
 */
export async function makeCanary(app: App, agent: RunningAgent, target: Target): Promise<void> {
  const given = deployments(agent).find(({ id }) => id === target.workloadId);
  let answers: WizardAnswers = { ...NO_ANSWERS, workloadId: given?.id ?? null };
  let index = 0;
  for (;;) {
    const steps = wizardSteps(answers, given === undefined);
    const step = steps[index];
    if (step === undefined) return;
    const title = answers.workloadId === null ? TITLE : `${TITLE} of ${workloadName(answers.workloadId)}`;
    const position = { title, step: index + 1, totalSteps: steps.length };
    const answer = await ASK[step](position, { app, agent, answers });
    if (answer === BACK) {
      index -= 1;
    } else {
      answers = { ...answers, ...answer };
      index += 1;
    }
  }
}

const ASK: Record<WizardStep, (position: StepPosition, wizard: Wizard) => Asked> = {
  workload: askWorkload,
  kind: askKind,
  route: askRoute,
  'route-name': (position, { answers }) =>
    text('routeName', askText(position, 'Name of the route', answers.routeName, nameProblem)),
  host: (position, { answers }) =>
    text('host', askText(position, 'Host that clients ask for', answers.host, hostProblem)),
  gateway: (position, { answers }) =>
    text(
      'gateway',
      askText(
        position,
        'Gateway of the new route as namespace/name; empty where there is only one',
        answers.gateway,
        gatewayProblem,
      ),
    ),
  analyses: askAnalyses,
  review,
};

async function askWorkload(position: StepPosition, { agent, answers }: Wizard): Asked {
  const rows = deployments(agent).map(({ id, ref }) => ({ label: ref.name, description: ref.namespace, id }));
  if (rows.length === 0) {
    throw new CoxswainError(
      'not-found',
      'There is no Deployment left that could be made a canary.',
      'Check `namespaces` in coxswain.yaml; the Canaries view shows those that are one already.',
    );
  }
  const active = rows.find(({ id }) => id === answers.workloadId);
  const row = await askRow(position, rows, 'Which Deployment is to be released step by step?', active);
  return row === BACK ? BACK : { workloadId: row.id };
}

async function askKind(position: StepPosition, { answers }: Wizard): Asked {
  // `kind` is VS Code's own word for what a row is.
  const rows = KINDS.map(({ kind: canaryKind, label, detail }) => ({ label, detail, canaryKind }));
  const active = rows.find(({ canaryKind }) => canaryKind === answers.kind);
  const row = await askRow(position, rows, 'What is to split its traffic?', active);
  return row === BACK ? BACK : { kind: row.canaryKind };
}

async function askRoute(position: StepPosition, { answers }: Wizard): Asked {
  const active = ROUTES.find(({ route }) => route === answers.route);
  const row = await askRow(position, ROUTES, 'Over which route do its clients come?', active);
  return row === BACK ? BACK : { route: row.route };
}

async function askAnalyses(position: StepPosition, { answers }: Wizard): Asked {
  const rows = analysesFor(answers.kind).map(({ name, detail }) => ({ label: name, detail }));
  const names = chosenAnalyses(answers.kind, answers.analyses);
  const picked = rows.filter(({ label }) => names.includes(label));
  const chosen = await askRows(position, rows, 'Which analyses are to be part of it?', picked);
  return chosen === BACK ? BACK : { analyses: chosen.map(({ label }) => label) };
}

/** Shows the manifests behind the question whether they are to be applied. */
async function review(position: StepPosition, { app, agent, answers }: Wizard): Asked {
  const params = wizardParams(answers);
  const prepared = await agent.request('prepareCanary', params);
  const name = workloadName(params.workloadId);
  await app.reports.show(`/Canary of ${name}.yaml`, manifestsText(prepared));
  const answer = await askRow(
    position,
    reviewRows(agent, prepared),
    prepared.text || 'What is to become of them?',
  );
  if (answer === BACK) return BACK;
  if (answer.applies) await apply(agent, params, name);
  return {};
}

interface ReviewRow extends vscode.QuickPickItem {
  applies: boolean;
}

function reviewRows(
  { snapshot: { mode } }: RunningAgent,
  { problems, manifests }: Result<'prepareCanary'>,
): ReviewRow[] {
  const close = {
    label: 'Close',
    detail: 'Nothing is changed; the manifests stay open for review.',
    applies: false,
  };
  if (problems.length > 0) {
    return [
      ...problems.map((problem) => ({
        label: `$(warning) ${problem}`,
        detail: 'It cannot be applied now.',
        applies: false,
      })),
      close,
    ];
  }
  if (mode === 'observe') {
    return [
      {
        ...close,
        detail: 'In mode observe nothing is applied: switch to approve or auto, or use the YAML yourself.',
      },
    ];
  }
  const objects = manifests.length === 1 ? '1 object' : `${manifests.length} objects`;
  return [
    { label: 'Apply…', detail: `Changes or creates ${objects}, after one more question.`, applies: true },
    close,
  ];
}

/** In mode approve it is a proposal like any other; in mode auto the person is asked and it is done. */
async function apply(
  agent: RunningAgent,
  params: ReturnType<typeof wizardParams>,
  name: string,
): Promise<void> {
  if (agent.snapshot.mode !== 'auto') {
    const { proposal, text: answer } = await agent.request('prepareCanary', { ...params, apply: true });
    if (proposal?.state.kind === 'pending') await askAtOnce(agent, proposal, APPLY);
    else void vscode.window.showInformationMessage(answer);
    return;
  }
  const answer = await vscode.window.showWarningMessage(
    `${TITLE} of ${name}?`,
    { modal: true, detail: 'The objects that are shown are created or changed now.' },
    APPLY,
  );
  if (answer !== APPLY) return;
  const { text: done } = await agent.request('prepareCanary', { ...params, apply: true, confirmed: true });
  void vscode.window.showInformationMessage(done);
}

async function text(key: 'routeName' | 'host' | 'gateway', asked: Promise<string | typeof BACK>): Asked {
  const answer = await asked;
  return answer === BACK ? BACK : { [key]: answer };
}

/** Those that are no release yet. */
function deployments({ snapshot: { workloads, releases } }: RunningAgent): WorkloadState[] {
  return workloads.filter(
    ({ id, ref }) => ref.kind === 'Deployment' && releases.every((release) => release.id !== id),
  );
}
