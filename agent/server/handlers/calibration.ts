import type { Calibrations } from '../calibrations';
import type { Handlers } from '../dispatch';

/** Requests about calibrations; one on a trace needs no connected cluster. */
export function calibrationHandlers(
  calibrations: Calibrations,
): Pick<Handlers, 'calibrate' | 'cancelCalibration'> {
  return {
    calibrate: (params) => ({ job: calibrations.start(params) }),
    cancelCalibration: ({ id }) => ({ job: calibrations.cancel(id) }),
  };
}
