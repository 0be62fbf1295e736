import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the learned policies are that come with Coxswain, in the folder of the built program. */
export function shippedPoliciesDirectory(assetsDirectory: string): string {
  return join(assetsDirectory, 'policies');
}

/** Whether policies have come with Coxswain. Reads none of them: an agent asks at its start. */
export function hasShippedPolicies(directory: string): boolean {
  return existsSync(directory) && readdirSync(directory).some((file) => file.endsWith('.onnx'));
}

const RULES: ReadonlySet<string> = new Set([
  'runbook',
  'rule',
  'predictive',
  'quantile',
  'hpa',
  'do-nothing',
  'evidence-steps',
  'fixed-steps',
  'hold',
]);

/** Whether one of them may steer by default: what `default.json` names beside rules is looked at in full. */
export function mayShippedSteer(directory: string): boolean {
  try {
    const text = readFileSync(join(directory, 'default.json'), 'utf8');
    const steering = [...text.matchAll(/"steers"\s*:\s*"([^"]*)"/g)].map(([, name]) => name);
    // A file that says nothing is damaged, which is told when it is looked at.
    return steering.length === 0 || steering.some((name) => !RULES.has(name ?? ''));
  } catch {
    return false;
  }
}
