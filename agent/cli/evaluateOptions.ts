import { InvalidArgumentError } from 'commander';

/** What `coxswain evaluate heal` prints. */
export const REPORT_FORMATS = ['md', 'csv', 'html', 'json'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** Names with commas between. */
export function nameList(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name) => name !== '')) return names;
  throw new InvalidArgumentError('Expected names with commas between, for example runbook,oracle,heal/3.');
}
