import type { AgentSnapshot, ReleaseState } from '../../agent/protocol';
import { phaseWords, releaseLabel, releaseProblems, releaseTitle } from '../../webview/model/releases';
import { type Icon, type TreeNode, treeNode } from './treeNode';

const ICONS: Record<ReleaseState['steering'], Icon> = {
  off: { id: 'circle-slash', colour: 'disabledForeground' },
  shadow: { id: 'eye' },
  own: { id: 'rocket' },
};

/** Which policy sets the pace of which release, with how much say. */
export function releasedNodes({ releases }: Pick<AgentSnapshot, 'releases'>): TreeNode[] {
  return releases.map((release) => {
    const { id, policy, steering } = release;
    return treeNode({
      id: `released/${id}`,
      label: releaseTitle(release, releases),
      description: [`${policy.name} ${policy.version}`, steering, releaseLabel(release)]
        .filter(Boolean)
        .join(' · '),
      tooltip: [
        `${id}: ${phaseWords(release).title}`,
        `${policy.name} ${policy.version} sets the pace; the evidence owns promotion and rollback.`,
        ...releaseProblems(release),
        'Click to see its charts.',
      ].join('\n'),
      icon: ICONS[steering],
      target: { releaseId: id },
      click: 'coxswain.showRelease',
    });
  });
}
