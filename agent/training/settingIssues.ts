import type * as z from 'zod';

/** What is wrong with a setting, and where. */
export type SettingIssue = z.core.$ZodIssue;

/** The same below a key. */
export function issueBelow(key: string, issue: SettingIssue): SettingIssue {
  return { ...issue, path: [key, ...issue.path] };
}

/** One line for each setting that is wrong. */
export function describeIssues(issues: readonly SettingIssue[]): string {
  return issues.flatMap(describe).join('\n');
}

function describe(issue: SettingIssue): string[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `unknown key "${[...issue.path, key].join('.')}"`);
  return [issue.path.length === 0 ? issue.message : `${issue.path.join('.')}: ${issue.message}`];
}
