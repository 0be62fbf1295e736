import type { ClusterReader } from '../../../cluster/api';
import type { Release } from '../../../cluster/releases';
import type { Workload } from '../../../cluster/snapshot';
import type { Capability, ParsedParams, Result } from '../../../protocol';
import { endText, refusedBy } from '../../scale/live/proposalTexts';
import { moverOf } from '../wizard/moverOf';
import { prepareCanary } from '../wizard/prepareCanary';
import { lookAround } from '../wizard/surroundings';
import type { ReleaseGate } from './releasePorts';

interface Ports {
  reader: ClusterReader;
  capabilities: readonly Capability[];
  gate: Pick<ReleaseGate, 'proposeRelease'>;
  /** Of the cluster. */
  releases: Iterable<Release>;
  /** Of the gate for Flagger's webhooks; null where it is closed. */
  gateUrl: string | null;
  /** An analysis that comes with Coxswain, as YAML; null where there is none of that name. */
  analysis(kind: 'argo-rollouts' | 'flagger', name: string): string | null;
}

/** What would make a Deployment a canary; with `apply` it is proposed. @throws CoxswainError */
export async function prepareRelease(
  workload: Workload,
  { apply = false, confirmed = false, ...wanted }: ParsedParams<'prepareCanary'>,
  by: string,
  { reader, capabilities, gate, releases, gateUrl, analysis }: Ports,
): Promise<Result<'prepareCanary'>> {
  const around = await lookAround(reader, workload);
  const { manifests, problems, plan, text } = prepareCanary(around, wanted, {
    capabilities,
    movedBy: moverOf(workload, releases),
    gateUrl,
    analysis,
  });
  const prepared = { manifests, problems, proposal: null, text };
  if (!apply || plan === null) return prepared;
  const operation = { kind: 'adopt', as: wanted.kind } as const;
  const proposal = await gate.proposeRelease({
    release: workload.ref,
    policy: { name: 'person', version: '' },
    operation,
    decision: {
      action: { kind: 'release', operation },
      reason: `${by} wants it`,
      confidence: 1,
      alternatives: [],
      contributions: [],
    },
    plan,
    evidence: null,
    orderedBy: confirmed ? by : null,
  });
  if (proposal.state.kind === 'denied') throw refusedBy(proposal);
  return { ...prepared, proposal, text: endText(proposal) };
}
