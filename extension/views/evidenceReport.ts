import type { EvidenceState, ReleaseState } from '../../agent/protocol';
import { formatAge, formatCount, formatTime, sentence } from '../../agent/protocol/format';
import { metricCounts, metricRows } from '../../webview/model/analyses';
import {
  comparisonText,
  countsText,
  mostHarmText,
  SIDES,
  testLines,
  variantText,
  verdictWords,
} from '../../webview/model/evidence';
import {
  formatWeight,
  operatorText,
  releaseProblems,
  releaseWords,
  versionText,
} from '../../webview/model/releases';
import { escapedMarkdown as escaped, fenced, markdownTable } from './markdown';

/** What is known of a release and what it means, as a Markdown page: verdict, tests, counts, analyses with their queries. */
export function evidenceReport(release: ReleaseState, nowMs: number): string {
  const { ref, evidence } = release;
  const { title, text } = releaseWords(release, nowMs);
  return [
    `# ${escaped(`${ref.namespace}/${ref.name}`)}: ${escaped(title)}`,
    escaped(text),
    ...releaseProblems(release).map((problem) => `> ${escaped(problem)}`),
    markdownTable(['', ''], facts(release)),
    '## Evidence',
    ...(evidence === null
      ? ['Nothing is gathered: no release is under way, or it has only just begun.']
      : tests(evidence, nowMs)),
    '## Analyses',
    ...analyses(release),
    '',
  ].join('\n\n');
}

function facts({ stable, canary, weight, evidence, ...release }: ReleaseState): [string, string][] {
  return [
    ['Traffic', operatorText(release)],
    ['Weight', weight === null ? 'unknown' : `${formatWeight(weight)} on the canary`],
    ...(evidence === null
      ? []
      : [['Most weight that the evidence carries', formatWeight(evidence.mostWeight)] as [string, string]]),
    ['Stable', stable === null ? 'unknown' : versionText(stable)],
    ['Canary', canary === null ? 'none' : versionText(canary)],
    ['Pace', `${release.policy.name} ${release.policy.version}, ${release.steering}`],
  ];
}

function tests(evidence: EvidenceState, nowMs: number): string[] {
  const { text, requests, minRequests, sinceMs, bakeUntilMs, dispersion, strata, comparedWith } = evidence;
  return [
    `**${verdictWords(evidence).title}.** ${text === '' ? '' : escaped(sentence(text))}`,
    'Every number is the evidence against chance as odds, which grows only while the versions differ. It may be looked at at any time: a test that is above its bar stays decided.',
    markdownTable(
      ['Test', 'Evidence', 'On its way'],
      testLines(evidence).map(({ title, text: odds, share, reached }) => [
        title,
        odds,
        reached ? 'reached' : `${Math.round(share * 100)} %`,
      ]),
    ),
    [
      '- A release is rolled back as soon as harm is certain, by errors **or** latency.',
      '- It may be promoted once it is safe by errors **and** latency, and not before the bake time is over.',
      `- The bars are ${escaped(variantText(evidence))}.`,
      `- Gathered for ${formatAge(nowMs - sinceMs)}: ${formatCount(requests)} requests of the canary, no verdict before ${formatCount(minRequests)}.`,
      bakeUntilMs === null || bakeUntilMs <= nowMs
        ? '- No bake time is left.'
        : `- The bake time ends in ${formatAge(bakeUntilMs - nowMs)}.`,
      `- ${comparisonText(evidence)}`,
      `- Stable's errors come with a dispersion of ${dispersion.toFixed(1)}; the tests are tempered by it. ${strata > 1 ? `${strata} routes are compared, each by itself.` : 'All routes are compared together.'}`,
    ].join('\n'),
    markdownTable(
      ['Counted', 'By version', 'Canary hit more'],
      SIDES.map(({ key, title, hits }) => [
        title,
        countsText(evidence[key], hits, comparedWith),
        mostHarmText(evidence[key], comparedWith) ?? 'no data',
      ]),
    ),
  ];
}

function analyses({ analyses: all }: ReleaseState): string[] {
  const rows = metricRows(all);
  if (rows.length === 0) return ['None has run.'];
  return rows.flatMap(({ analysis, where, metric, value }) => [
    `### ${escaped(metric.name)}: ${metric.phase}`,
    `${escaped(analysis)}, ${escaped(where)}. ${escaped(sentence(`Value ${value}, ${metricCounts(metric)}`))} ${escaped(metric.message)}`.trim(),
    ...(metric.query === '' ? [] : [fenced('promql', metric.query)]),
    ...(metric.condition === '' ? [] : [`Condition: ${escaped(metric.condition)}`]),
    ...(metric.measurements.length === 0
      ? []
      : [
          markdownTable(
            ['At', 'Value', 'Phase', 'Message'],
            metric.measurements.map(({ atMs, value: measured, phase, message }) => [
              formatTime(atMs),
              measured,
              phase,
              message,
            ]),
          ),
        ]),
  ]);
}
