import type { GuardInput } from '../guardInput';
import { ownerText } from './replicas';
import { deny, needsApproval, type Rule } from './rule';

/** What Argo CD or Flux owns is changed in its repository: for the scaler it is proposed, and never made. */
export const gitOps: Rule<GuardInput> = {
  name: 'git-ops',
  judge({ action, task, workload, approvedBy }) {
    if (task !== 'scale' || action.kind === 'hand-back' || !workload) return null;
    const owners = [
      ...workload.owners.filter(({ owns }) => owns === 'object'),
      ...workload.autoscalers.flatMap((autoscaler) => autoscaler.gitOps),
    ];
    const [owner] = owners;
    if (!owner) return null;
    return approvedBy === null
      ? needsApproval(`${ownerText(owner)} owns it: this is proposed, to be changed in its repository`)
      : deny(`${ownerText(owner)} owns it and would undo it: change it in its repository`);
  },
};
