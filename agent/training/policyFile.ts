import { readFileSync, statSync } from 'node:fs';
import { CoxswainError } from '../protocol';
import type { ImportOptions } from '../rl/policy/onnx/foreignPolicy';
import type { PolicyModel } from '../rl/policy/policyModel';
import { decodePolicy, encodePolicy, importPolicy } from '../rl/policy/policyOnnx';
import { writeAtomically } from './atomicFile';
import { fileErrorCode } from './diskErrors';

/** Far above any policy: such a file is something else, and is not read into memory. */
const MOST_BYTES = 500_000_000;

/** @throws CoxswainError `disk-full` */
export function writePolicyFile(path: string, policy: PolicyModel): void {
  writeAtomically(path, [encodePolicy(policy)]);
}

/** @throws CoxswainError `not-found`, `model-invalid` or `model-incompatible` */
export function readPolicyFile(path: string): PolicyModel {
  return decodePolicy(readBytes(path), path);
}

/** Our own or another program's. @throws CoxswainError as `readPolicyFile` does */
export function importPolicyFile(path: string, options: ImportOptions): PolicyModel {
  return importPolicy(readBytes(path), path, options);
}

function readBytes(path: string): Uint8Array {
  try {
    const stats = statSync(path);
    // A pipe or a device has no size, and may never end.
    if (stats.isFile() && stats.size <= MOST_BYTES) return readFileSync(path);
  } catch (error) {
    throw unreadableError(path, error);
  }
  throw new CoxswainError(
    'model-invalid',
    `${path} is no file of a policy: it is larger than any, or no file at all.`,
    'Name an ONNX file of a policy, as training or `coxswain model export` writes it.',
  );
}

function unreadableError(path: string, error: unknown): CoxswainError {
  const message = error instanceof Error ? error.message : String(error);
  const isAbsent = fileErrorCode(error) === 'ENOENT';
  return new CoxswainError(
    isAbsent ? 'not-found' : 'model-invalid',
    isAbsent ? `There is no policy at ${path}.` : `The policy at ${path} cannot be read: ${message}.`,
    'Check the path; `coxswain model list` names the policies that are stored.',
    { cause: error },
  );
}
