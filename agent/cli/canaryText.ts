import { styleText } from 'node:util';
import type {
  Analysis,
  AnalysisMetric,
  AnalysisPhase,
  EvidenceState,
  ReleaseBaseline,
  ReleaseOperationKind,
  ReleaseState,
  ReleaseStep,
  ReleaseVersion,
} from '../protocol';
import { formatTable } from './output';

const BAR_CELLS = 10;

/** One release for a terminal, from what it is to what can be done. */
export function formatRelease(release: ReleaseState): string {
  const { ref, operator, router, phase, status, problem, legacy, gitOps, policy, steering } = release;
  const rows: [string, string][] = [
    ['Name', `${ref.namespace}/${ref.name} (${ref.kind}, ${operator})`],
    ['Router', router],
    ['Phase', `${phase}: ${status}`],
    ['Weight', weightText(release)],
    ['Stable', versionText(release.stable)],
    ['Canary', versionText(release.canary)],
    ...optional('Baseline', release.baseline && baselineText(release.baseline)),
    ['Steering', `${steering}, pace by ${policy.name} ${policy.version}`.trimEnd()],
    ...optional('Evidence', release.evidence && evidenceText(release.evidence)),
    ...optional('Problem', problem && styleText('red', problem)),
    ...optional('Owner', gitOps && `${gitOps}: changes are proposed, never made`),
    ...optional('Legacy', legacy),
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return [
    ...rows.map(([name, text]) => `${`${name}:`.padEnd(width)} ${text}`),
    ...titled('Steps', release.steps.map(stepText)),
    ...titled('Analyses', release.analyses.flatMap(analysisText)),
    ...titled('Possible now', [release.operations.map(commandOf).join(', ')].filter(Boolean)),
  ].join('\n');
}

export function formatReleases(releases: readonly ReleaseState[]): string {
  if (releases.length === 0) {
    return 'Nothing can be released step by step. `coxswain canary init <workload>` makes a Deployment a canary.';
  }
  const rows = releases.map(({ ref, operator, router, phase, weight, steering, problem, status }) => [
    `${ref.namespace}/${ref.name}`,
    operator,
    router,
    phase,
    weight === null ? '-' : `${Math.round(weight)} %`,
    steering,
    problem ?? status,
  ]);
  return formatTable(['RELEASE', 'OPERATOR', 'ROUTER', 'PHASE', 'WEIGHT', 'STEERING', 'STATUS'], rows);
}

function optional(name: string, text: string | null): [string, string][] {
  return text ? [[name, text]] : [];
}

function titled(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)];
}

/** As it is typed, where that is not the name of the operation. */
const COMMANDS: Partial<Record<ReleaseOperationKind, string>> = {
  adopt: 'init',
  start: 'set-image',
  'promote-full': 'promote --full',
};

function commandOf(operation: ReleaseOperationKind): string {
  return COMMANDS[operation] ?? operation;
}

function weightText({ weight, canary }: ReleaseState): string {
  if (weight === null) return canary === null ? '-' : 'not known';
  const full = Math.round((weight / 100) * BAR_CELLS);
  return `${'▰'.repeat(full)}${'▱'.repeat(BAR_CELLS - full)} ${Math.round(weight)} % on the canary`;
}

function versionText(version: ReleaseVersion | null): string {
  if (version === null) return '-';
  const { images, readyPods, wantedPods, revision } = version;
  const of = revision === '' ? '' : `, ${revision}`;
  return `${images.join(', ')} (${readyPods}/${wantedPods} pods ready${of})`;
}

function baselineText(baseline: ReleaseBaseline): string {
  const { weight } = baseline;
  const share = weight === null ? '' : `, ${Math.round(weight)} % of the traffic`;
  return `${versionText(baseline)}${share}; the canary is compared with it`;
}

function evidenceText({ variant, verdict, text, comparedWith }: EvidenceState): string {
  const others = comparedWith === 'baseline' ? ' against a baseline of the same age' : '';
  return `${verdict} by the ${variant} tests${others}: ${text}`;
}

const STEP_SIGNS: Readonly<Record<ReleaseStep['state'], string>> = { done: '✓', current: '▶', todo: '○' };

function stepText({ text, state }: ReleaseStep): string {
  const line = `${STEP_SIGNS[state]} ${text}`;
  return state === 'current' ? styleText('bold', line) : line;
}

const PHASE_SIGNS: Readonly<Record<AnalysisPhase, string>> = {
  Pending: '○',
  Running: '◌',
  Successful: '✓',
  Failed: '✗',
  Error: '!',
  Inconclusive: '?',
};

function analysisText({ name, phase, where, message, metrics }: Analysis): string[] {
  const why = message === '' ? '' : `: ${message}`;
  return [
    `${PHASE_SIGNS[phase]} ${name} (${where}) ${phase}${why}`,
    ...metrics.flatMap(metricText).map((line) => `    ${line}`),
  ];
}

function metricText({ name, phase, counts, condition, query, measurements }: AnalysisMetric): string[] {
  const last = measurements.at(-1);
  const value = last?.value ? `, last ${last.value}` : '';
  const { successful, failed, inconclusive, error } = counts;
  return [
    `${PHASE_SIGNS[phase]} ${name} ${phase}: ${successful} good, ${failed} bad, ${inconclusive} inconclusive, ${error} errors${value}`,
    ...[condition, ...query.trim().split('\n')].filter(Boolean).map((line) => `  ${line}`),
  ];
}
