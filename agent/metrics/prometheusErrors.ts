import { CoxswainError } from '../protocol';

/** Prometheus is there and says that it cannot answer this very query; others may still work. */
export class QueryRejectedError extends CoxswainError {
  constructor(address: string, query: string, said: string) {
    super(
      'prometheus-malformed',
      `Prometheus at ${address} rejected the query ${excerpt(query)}: ${said}`,
      'Correct the query under `metrics.queries` in coxswain.yaml, or remove it to use the default.',
    );
    this.name = 'QueryRejectedError';
  }
}

export function isQueryRejected(error: unknown): error is QueryRejectedError {
  return error instanceof QueryRejectedError;
}

/** The answer is not what Prometheus answers: another server, a login page, a broken proxy. */
export function malformedAnswer(address: string, path: string, what: string): CoxswainError {
  return new CoxswainError(
    'prometheus-malformed',
    `The answer of ${address} to ${path} is not one of Prometheus: ${what}`,
    'Check that `metrics.prometheusUrl` in coxswain.yaml is the address of Prometheus itself, not of a login page or Grafana.',
  );
}

export function prometheusUnreachable(address: string, what: string, cause?: unknown): CoxswainError {
  return new CoxswainError(
    'prometheus-unreachable',
    `Cannot reach Prometheus at ${address}: ${what}`,
    'Check that Prometheus runs and that `metrics.prometheusUrl` in coxswain.yaml is right; Coxswain tries again by itself.',
    { cause },
  );
}

function excerpt(query: string): string {
  const line = query.replace(/\s+/g, ' ').trim();
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}
