import { isDeepStrictEqual } from 'node:util';
import {
  CoxswainError,
  type JournalRow,
  type ParsedParams,
  type Proposal,
  workloadId,
} from '../../../protocol';
import type { HealServicePorts } from '../../../server/healService';
import type { DecisionRow } from '../../explained';

type Journal = Pick<HealServicePorts['journal'], 'query'>;

/** A proposal is made in the same moment as its decision is journaled. */
const SAME_MOMENT_MS = 2000;
const LOOKED_THROUGH = 500;

/** @throws CoxswainError `usage` without either, `not-found` */
export function findDecision(
  { seq, proposalId }: ParsedParams<'explainDecision'>,
  { journal, proposal }: { journal: Journal; proposal(id: string): Proposal | undefined },
): DecisionRow {
  if (seq !== undefined) return decisionAt(seq, journal);
  if (proposalId === undefined) {
    throw new CoxswainError('usage', 'It is not said what to explain.', 'Name a journal row or a proposal.');
  }
  const found = proposal(proposalId);
  const row = found && decisionBehind(found, journal);
  if (row) return row;
  throw new CoxswainError(
    'not-found',
    found
      ? `The journal has no decision behind the proposal ${proposalId}: a person or a revert has made it.`
      : `There is no proposal ${proposalId} any more.`,
    'Explain a row of kind "decision" in place of it: `coxswain journal export` has them all.',
  );
}

function decisionAt(seq: number, journal: Journal): DecisionRow {
  const [row] = journal.query({ beforeSeq: seq + 1, limit: 1 });
  if (row?.seq === seq && isDecision(row)) return row;
  const what = row?.seq === seq ? `is no decision, but ${row.event.kind}` : 'does not exist';
  throw new CoxswainError(
    'not-found',
    `Row ${seq} of the journal ${what}.`,
    'Name a row of kind "decision": `coxswain journal export` has them all.',
  );
}

/** The latest one on the same action before the proposal was made. */
function decisionBehind(
  { workload, task, action, createdAtMs }: Proposal,
  journal: Journal,
): DecisionRow | null {
  const rows = journal.query({
    workloadId: workloadId(workload),
    kinds: ['decision'],
    limit: LOOKED_THROUGH,
  });
  const same = [...rows]
    .filter(isDecision)
    .filter(({ event }) => event.task === task && isDeepStrictEqual(event.action, action));
  return same.find(({ atMs }) => atMs <= createdAtMs + SAME_MOMENT_MS) ?? null;
}

function isDecision(row: JournalRow): row is DecisionRow {
  return row.event.kind === 'decision';
}
