import type { PolicyModel } from '../../rl/policy/policyModel';

/** What a model card says beside what is in the policy itself. */
export interface CardParts {
  /** The file's name without its extension. */
  name: string;
  /** What it chooses between, and how often: one paragraph. */
  what: string;
  /** Of the observation: one clause. */
  observation: string;
  /** When it acts: one sentence. */
  margin: string;
  /** How it can be made again. */
  commands: readonly string[];
  /** Paragraphs and tables. */
  howGood: readonly string[];
  /** What it means that an action was right, by the probability that the network gave it: words around the figures. */
  calibration: { before: string; after: string };
  /** When not to use it: list items. */
  limits: readonly string[];
}

/** A policy's model card (Mitchell et al. 2019, arXiv:1810.03993) as Markdown. */
export function cardText(policy: PolicyModel, parts: CardParts): string {
  const { provenance, spec, inputDistribution, parameters } = policy;
  return `${[
    `# ${parts.name}`,
    parts.what,
    '## What it is',
    [
      `- Observation: \`${spec}\`, ${policy.observationSpace.fields.length} numbers. ${parts.observation}`,
      `- Algorithm: ${provenance.algorithm}, ${provenance.steps.toLocaleString('en')} env steps, seed ${provenance.seed}; ${parameters.length.toLocaleString('en')} parameters.`,
      `- Env: \`${provenance.env.name}\`, options \`${JSON.stringify(provenance.env.options)}\`, the rest by default.`,
      `- ${parts.margin}`,
    ].join('\n'),
    '## How to make it again',
    `\`\`\`sh\n${parts.commands.join('\n')}\n\`\`\``,
    'The same seed gives the same parameters, bit by bit.',
    '## How good it is',
    ...parts.howGood,
    '## How sure it is',
    calibrationText(policy, parts.calibration),
    inputDistribution
      ? `An observation is out of distribution where its squared Mahalanobis distance to those of the training is above ${inputDistribution.limit}, which one in a thousand of ${inputDistribution.count.toLocaleString('en')} was.`
      : '',
    '## Limits, and when not to use it',
    parts.limits.map((limit) => `- ${limit}`).join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}

/** The labels of a policy's actions, in code. */
export function labelsOf({ actionSpace }: PolicyModel): string {
  return actionSpace.kind === 'discrete' ? actionSpace.labels.map((label) => `\`${label}\``).join(', ') : '';
}

function calibrationText({ calibration }: PolicyModel, { before, after }: CardParts['calibration']): string {
  if (!calibration) return '';
  const points = calibration.points.map(
    ({ probability, helped }) => `${percentText(probability)} → ${percentText(helped)}`,
  );
  return `Of ${calibration.actions.toLocaleString('en')} ${before}: ${points.join(', ')}. ${after}`;
}

/** A Markdown table whose first column is text and whose others are figures. */
export function figuresTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, column) => (column === 0 ? '---' : '---:'))), ...rows.map(line)].join(
    '\n',
  );
}

export function percentText(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits)} %`;
}
