import { readFileSync } from 'node:fs';
import { errorText, type TaskName, toErrorInfo } from '../protocol';
import { checkContract } from '../rl/policy/contract';
import type { PolicyModel } from '../rl/policy/policyModel';
import { createEnv } from '../training/environments';
import type { ModelStore } from '../training/modelStore';
import type { ShippedPolicy } from '../training/shippedPolicies';
import { expectTask } from './openModel';

/** A policy that comes with Coxswain, read and found to fit. */
export interface UsableShipped extends ShippedPolicy {
  policy: PolicyModel;
}

/**
 * What comes with Coxswain for a task, without any that is damaged or of a contract that this version does not have:
 * of those stderr says why.
 */
export function usableShipped(store: ModelStore, task: TaskName): UsableShipped[] {
  return store.shipped(task).flatMap((shipped) => {
    const problem = shippedProblem(store, task, shipped);
    if (problem === null) return [{ ...shipped, policy: store.load(task, shipped.version) }];
    process.stderr.write(`${store.nameOf(task, shipped.version)} is left out: ${problem}\n`);
    return [];
  });
}

/** Why a policy that comes with Coxswain cannot be used; null where it can. */
export function shippedProblem(store: ModelStore, task: TaskName, { version }: ShippedPolicy): string | null {
  const name = store.nameOf(task, version);
  try {
    const policy = store.load(task, version);
    expectTask(policy.provenance.env.name, task, name);
    checkContract(policy, createEnv(policy.provenance.env), name);
    return null;
  } catch (error) {
    return errorText(toErrorInfo(error));
  }
}

/** How good the model card beside a shipped policy says that it is, in one line; null without a card that says so. */
export function cardSummary({ path, name }: ShippedPolicy): string | null {
  const card = readCard(path.replace(/\.onnx$/, '.md'));
  const [heading] = cellsOf(card, 'arm');
  const [ours] = cellsOf(card, name);
  const [runbook] = cellsOf(card, 'runbook-tuned');
  if (heading === undefined || ours === undefined) return null;
  return `${heading}: ${ours}${runbook === undefined ? '' : `, runbook-tuned ${runbook}`}`;
}

/** Those of the row of a Markdown table that begins with a name. */
function cellsOf(card: string, name: string): string[] {
  const row = card.split('\n').find((line) => line.startsWith(`| ${name} |`)) ?? '';
  return row
    .split('|')
    .slice(2, -1)
    .map((cell) => cell.trim());
}

function readCard(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
