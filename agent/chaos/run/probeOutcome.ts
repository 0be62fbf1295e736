import type { ProbeResult } from '../../protocol';
import type { Probe } from '../experiment/probe';

/** What a probe has found: a number of its unit, or why there is none. */
export type Finding =
  | { kind: 'value'; asked: string; value: number; text: string; holdsOtherwise: boolean }
  | { kind: 'no-data'; asked: string; why: string };

/** Whether what was found is what the probe expects. */
export function toResult(
  probe: Probe,
  finding: Finding,
  when: ProbeResult['when'],
  atMs: number,
): ProbeResult {
  const { asked } = finding;
  const common = { name: probe.name, when, atMs, asked, expected: expectedText(probe) };
  if (finding.kind === 'no-data') return { ...common, outcome: 'no-data', found: finding.why };
  const holds = finding.holdsOtherwise && isWithin(probe, finding.value);
  return { ...common, outcome: holds ? 'passed' : 'failed', found: finding.text };
}

function isWithin({ atMost, atLeast }: Probe, value: number): boolean {
  return value <= (atMost ?? Number.POSITIVE_INFINITY) && value >= (atLeast ?? Number.NEGATIVE_INFINITY);
}

function expectedText({ atMost, atLeast, http }: Probe): string {
  const bounds = [
    ...(http === undefined ? [] : [`status ${http.status}`]),
    ...(atLeast === undefined ? [] : [`at least ${atLeast}`]),
    ...(atMost === undefined ? [] : [`at most ${atMost}`]),
  ];
  return http === undefined ? bounds.join(', ') : `${bounds.join(', ')}${bounds.length > 1 ? ' s' : ''}`;
}
