/** How a release has ended. */
export interface ReleaseEnd {
  how: 'promoted' | 'rolled-back' | 'ended';
  text: string;
}

/** How the row in the journal begins that says that a release is being rolled back; why comes after it. */
export const GOES_BACK = 'all traffic goes back to the stable version';
