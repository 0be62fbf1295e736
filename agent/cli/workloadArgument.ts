import { CoxswainError } from '../protocol';

/** The id of the workload that somebody has written as namespace/name. @throws CoxswainError `usage` */
export function workloadIdOf(text: string): string {
  const [namespace, name, ...rest] = text.split('/');
  if (namespace && name && rest.length === 0) return `${namespace}/Deployment/${name}`;
  throw new CoxswainError('usage', `"${text}" is not a workload.`, 'Write it as namespace/name.');
}
