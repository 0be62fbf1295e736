import type { ModelVersion } from '../../agent/protocol';
import { compareWithBest, formatInterval, modelName } from '../../agent/protocol/describeModel';
import { formatCount } from '../../agent/protocol/format';
import { escapedMarkdown as escaped, markdownTable } from './markdown';

/** Where a version comes from and how good it is, as Markdown. `idle` says why it does not steer though active. */
export function policyTooltip(model: ModelVersion, idle: string | null): string {
  const { state, problem, algorithm, steps, seed, codeVersion, observationSpec, parent, createdAtMs } = model;
  const provenance: [string, string][] = [
    ['Learned by', `${algorithm}, ${formatCount(steps)} steps, seed ${seed}`],
    ['Observes', observationSpec],
    ['Code', `Coxswain ${codeVersion}`],
    ['Created', new Date(createdAtMs).toISOString()],
    ...(parent === null ? [] : [['Fine-tuned from', parent] as [string, string]]),
  ];
  return [
    `**${escaped(modelName(model))}** · ${state}`,
    ...(problem === null ? [] : [escaped(problem)]),
    ...(idle === null ? [] : [`Promoted, but ${escaped(idle)}.`]),
    ...(state === 'damaged' ? [] : [table(provenance), ...comparison(model)]),
  ].join('\n\n');
}

function comparison({ evaluation }: ModelVersion): string[] {
  if (evaluation === null) return ['Not compared with the baselines of its task yet: *Evaluate* does that.'];
  const { baselines, episodes } = evaluation;
  const rows: [string, string][] = [
    ['**this policy**', formatInterval(evaluation)],
    ...baselines.map((baseline): [string, string] => [escaped(baseline.name), formatInterval(baseline)]),
  ];
  return [
    `Mean return of ${episodes} held-out episodes, with its 95 % interval: ${escaped(compareWithBest(evaluation).text)}`,
    table(rows, (text) => text),
  ];
}

function table(rows: readonly [string, string][], cell?: (text: string) => string): string {
  return markdownTable(['', ''], rows, cell);
}
