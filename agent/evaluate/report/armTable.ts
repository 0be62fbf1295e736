import type { ReportTable } from './table';

interface Arm {
  title: string;
  name: string;
  describe: string;
  /** Trainings of the policy; 1 for what does not learn. */
  runs: number;
}

/** The arms with what each of them is. */
export function armTable({ arms }: { arms: readonly Arm[] }): ReportTable {
  return {
    title: 'The arms',
    headings: ['arm', 'name for --arms', 'what it is'],
    rows: arms.map(({ title, name, describe, runs }) => [
      title,
      name,
      runs > 1 ? `${describe}; ${runs} trainings` : describe,
    ]),
    note: '',
  };
}
