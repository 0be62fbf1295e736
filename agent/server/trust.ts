import { isAbsolute, relative, resolve } from 'node:path';
import { CoxswainError } from '../protocol';

/** A kubeconfig can run programs, so in an untrusted workspace only one that we wrote ourselves is used. */
export function refuseUntrusted(kubeconfigPath: string | undefined, stateDirectory: string): void {
  const inside =
    kubeconfigPath === undefined ? '..' : relative(resolve(stateDirectory), resolve(kubeconfigPath));
  if (!inside.startsWith('..') && !isAbsolute(inside)) return;
  throw new CoxswainError(
    'untrusted-workspace',
    'This workspace is not trusted, so only the embedded cluster may be used.',
    'Trust the workspace (Workspaces: Manage Workspace Trust), or start the embedded cluster.',
  );
}
