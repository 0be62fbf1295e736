import type { EvidenceState, EvidenceVerdict, ReleaseState } from '../../agent/protocol';
import { formatCount, sentence } from '../../agent/protocol/format';
import {
  comparisonText,
  countsText,
  mostHarmText,
  SIDES,
  type TestLine,
  testLines,
  variantText,
  verdictWords,
} from '../../webview/model/evidence';
import { formatWeight } from '../../webview/model/releases';
import { type Icon, type TreeNode, treeNode } from './treeNode';

const VERDICT_ICONS: Record<EvidenceVerdict, Icon> = {
  undecided: { id: 'law' },
  harm: { id: 'error', colour: 'list.errorForeground' },
  safe: { id: 'pass', colour: 'testing.iconPassed' },
  limited: { id: 'question', colour: 'list.warningForeground' },
};

/** The verdict and why, and below it every test with its figures against its bar. */
export function evidenceNode({ id }: Pick<ReleaseState, 'id'>, evidence: EvidenceState): TreeNode {
  const { verdict, variant, text } = evidence;
  return treeNode({
    id: `release/${id}/evidence`,
    label: verdictWords(evidence).title,
    description: [variant, text].filter(Boolean).join(' · '),
    tooltip: [
      sentence(text || verdictWords(evidence).title),
      comparisonText(evidence),
      sentence(`Bars ${variantText(evidence)}`),
    ].join('\n'),
    icon: VERDICT_ICONS[verdict],
    context: 'releaseEvidence',
    target: { releaseId: id },
    click: 'coxswain.showEvidence',
    open: 'expanded',
    children: () => [
      ...testLines(evidence).map((line) => testNode(id, line)),
      ...countNodes(id, evidence),
      requestsNode(id, evidence),
    ],
  });
}

function testNode(releaseId: string, { title, text, reached, kind }: TestLine): TreeNode {
  const hit: Icon =
    kind === 'harm'
      ? { id: 'error', colour: 'list.errorForeground' }
      : { id: 'pass', colour: 'testing.iconPassed' };
  return treeNode({
    id: `release/${releaseId}/evidence/${title}`,
    label: title,
    description: reached ? `${text} (reached)` : text,
    tooltip: `${title}: ${text}`,
    icon: reached ? hit : { id: kind === 'harm' ? 'flame' : 'shield' },
    target: { releaseId },
  });
}

function countNodes(releaseId: string, evidence: EvidenceState): TreeNode[] {
  return SIDES.map(({ key, title, hits }) => {
    const side = evidence[key];
    const { comparedWith } = evidence;
    const text = [countsText(side, hits, comparedWith), mostHarmText(side, comparedWith)]
      .filter(Boolean)
      .join('; ');
    return treeNode({
      id: `release/${releaseId}/evidence/counts/${key}`,
      label: `Counted ${title}`,
      description: text,
      tooltip: text,
      icon: { id: 'graph' },
      target: { releaseId },
    });
  });
}

function requestsNode(releaseId: string, evidence: EvidenceState): TreeNode {
  const { requests, minRequests, mostWeight, dispersion, strata } = evidence;
  const isEnough = requests >= minRequests;
  return treeNode({
    id: `release/${releaseId}/evidence/requests`,
    label: 'Canary requests',
    description: isEnough
      ? `${formatCount(requests)}, enough for a verdict · carries up to ${formatWeight(mostWeight)}`
      : `${formatCount(requests)} of ${formatCount(minRequests)} before any verdict`,
    tooltip: [
      `${formatCount(requests)} requests of the canary since the start; no verdict before ${formatCount(minRequests)}.`,
      `The evidence carries a weight of up to ${formatWeight(mostWeight)}.`,
      `Dispersion ${dispersion.toFixed(1)}: tests are tempered by it.`,
      strata > 1 ? `Compared on ${strata} routes, each by itself.` : 'Compared over all routes together.',
    ].join('\n'),
    icon: { id: isEnough ? 'check' : 'watch' },
    target: { releaseId },
  });
}
