import type { ZodError } from 'zod';

/** What zod found wrong, on one line: `spec.replicas: expected number; kind: …`. */
export function describeIssues({ issues }: ZodError): string {
  return issues
    .map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message))
    .join('; ');
}
