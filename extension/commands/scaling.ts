import { calibrate, cancelCalibration, openCalibration, openCalibrationPatch } from '../flows/calibrations';
import { costReport } from '../flows/costReports';
import { handBack, showScaling, switchScaler, takeOver } from '../flows/scaling';
import { simulate } from '../flows/simulation';
import { setViolationPrice } from '../flows/violationPrices';
import { type Command, item, title } from './command';

const CONNECTED = 'coxswain.state == connected';

/** Who scales what, what it costs, and whether learning pays. */
export const SCALING_COMMANDS: readonly Command[] = [
  {
    name: 'takeOver',
    title: 'Take Over…',
    icon: 'key',
    needs: 'cluster',
    places: [item('/^workload\\.scaled$/', '3_scale@1')],
    run: (_app, agent, target) => takeOver(agent, target),
  },
  {
    name: 'handBack',
    title: 'Hand Back…',
    icon: 'reply',
    needs: 'cluster',
    places: [
      title('cluster', CONNECTED, '2_stop@2'),
      item('/\\.handedOver$/', 'inline@1'),
      item('/\\.handedOver$/', '3_scale@1'),
    ],
    run: (_app, agent, target) => handBack(agent, target),
  },
  {
    name: 'setViolationPrice',
    title: 'Set Price of a Violation…',
    icon: 'law',
    needs: 'cluster',
    places: [item('/^workload.*\\.(scaled|handedOver)$/', '3_scale@2')],
    run: (_app, agent, target) => setViolationPrice(agent, target),
  },
  {
    name: 'switchScaler',
    title: 'Turn Scaler On or Off…',
    needs: 'cluster',
    places: [item('/^workload/', '3_scale@3')],
    run: (_app, agent, target) => switchScaler(agent, target),
  },
  {
    name: 'showScaling',
    title: 'Show Scaling on Dashboard',
    icon: 'graph-line',
    needs: 'nothing',
    places: [item('/^workload.*\\.(scaled|handedOver)$/', '2_show@3'), item('scaledWorkload', 'inline@1')],
    run: (app, target) => showScaling(app, target),
  },
  {
    name: 'calibrate',
    title: 'Calibrate…',
    icon: 'settings',
    // A trace from a file needs no cluster.
    needs: 'agent',
    places: [title('policies', '', '2_calibrate@1'), item('/^workload/', '3_scale@4')],
    run: (app, agent, target) => calibrate(app, agent, target),
  },
  {
    name: 'cancelCalibration',
    title: 'Cancel Calibration…',
    icon: 'debug-stop',
    needs: 'agent',
    run: (_app, agent, target) => cancelCalibration(agent, target),
  },
  {
    name: 'openCalibration',
    title: 'Open Calibration…',
    icon: 'graph-scatter',
    needs: 'nothing',
    places: [title('policies', '', '2_calibrate@2'), item('/^workload/', '2_show@4')],
    run: (app, target) => openCalibration(app, target),
  },
  {
    name: 'openCalibrationPatch',
    title: 'Open Patch of a Calibration…',
    icon: 'diff',
    needs: 'nothing',
    run: (app, target) => openCalibrationPatch(app, target),
  },
  {
    name: 'simulate',
    title: 'Simulate…',
    icon: 'play-circle',
    needs: 'nothing',
    places: [title('policies', '', '2_calibrate@3')],
    run: (app) => simulate(app),
  },
  {
    name: 'costReport',
    title: 'Cost Report…',
    icon: 'credit-card',
    needs: 'cluster',
    places: [
      title('cluster', CONNECTED, '3_report@1'),
      item('/^workload.*\\.(scaled|handedOver)$/', '2_show@5'),
    ],
    run: (app, agent, target) => costReport(app, agent, target),
  },
];
