import type { ReleaseOperationKind } from '../../agent/protocol';
import { setAlertAddress } from '../flows/alertAddresses';
import { makeCanary } from '../flows/makeCanary';
import { operateRelease, setReleaseWeight, startCanary, undoRelease } from '../flows/releaseOperations';
import { copyQuery, setReleaseSteering, showEvidence, showRelease } from '../flows/releases';
import { checkSplit, smokeTest } from '../flows/splitChecks';
import { type Command, item, title } from './command';

const CONNECTED = 'coxswain.state == connected';
const RELEASE = '/^release\\b/';
const STEERED_WORKLOAD = '/^workload(\\.scaled|\\.handedOver)?$/';

/** Rows of releases with which this can be done now. */
const can = (operation: ReleaseOperationKind) => `/^release\\b.*\\.${operation}(\\.|$)/`;

/** What is released, how it stands, and what can be done with it. */
export const RELEASE_COMMANDS: readonly Command[] = [
  {
    name: 'rollbackRelease',
    title: 'Emergency Rollback',
    icon: 'debug-stop',
    needs: 'cluster',
    places: [item(can('rollback'), 'inline@1'), item(can('rollback'), '0_emergency@1')],
    run: (_app, agent, target) => operateRelease(agent, target, 'rollback'),
  },
  {
    name: 'startCanary',
    title: 'Start Canary (Set Image)…',
    icon: 'rocket',
    needs: 'cluster',
    places: [
      title('canaries', CONNECTED, '1_release@1'),
      item(can('start'), 'inline@1'),
      item(can('start'), '1_release@1'),
    ],
    run: (_app, agent, target) => startCanary(agent, target),
  },
  {
    name: 'pauseRelease',
    title: 'Pause Release…',
    icon: 'debug-pause',
    needs: 'cluster',
    places: [item(can('pause'), 'inline@2'), item(can('pause'), '1_release@2')],
    run: (_app, agent, target) => operateRelease(agent, target, 'pause'),
  },
  {
    name: 'resumeRelease',
    title: 'Resume Release…',
    icon: 'debug-continue',
    needs: 'cluster',
    places: [item(can('resume'), 'inline@2'), item(can('resume'), '1_release@3')],
    run: (_app, agent, target) => operateRelease(agent, target, 'resume'),
  },
  {
    name: 'promoteRelease',
    title: 'Promote Release…',
    icon: 'arrow-circle-up',
    needs: 'cluster',
    places: [item(can('promote'), 'inline@3'), item(can('promote'), '1_release@4')],
    run: (_app, agent, target) => operateRelease(agent, target, 'promote'),
  },
  {
    name: 'promoteReleaseFull',
    title: 'Promote Release Full…',
    needs: 'cluster',
    places: [item(can('promote-full'), '1_release@5')],
    run: (_app, agent, target) => operateRelease(agent, target, 'promote-full'),
  },
  {
    name: 'setReleaseWeight',
    title: 'Set Weight of Canary…',
    needs: 'cluster',
    places: [item(can('weight'), '1_release@6')],
    run: (_app, agent, target) => setReleaseWeight(agent, target),
  },
  {
    name: 'abortRelease',
    title: 'Abort Release…',
    needs: 'cluster',
    places: [item(can('abort'), '1_release@7')],
    run: (_app, agent, target) => operateRelease(agent, target, 'abort'),
  },
  {
    name: 'retryRelease',
    title: 'Retry Release…',
    icon: 'debug-rerun',
    needs: 'cluster',
    places: [item(can('retry'), 'inline@2'), item(can('retry'), '1_release@8')],
    run: (_app, agent, target) => operateRelease(agent, target, 'retry'),
  },
  {
    name: 'undoRelease',
    title: 'Undo Release…',
    needs: 'cluster',
    places: [item(can('undo'), '1_release@9')],
    run: (_app, agent, target) => undoRelease(agent, target),
  },
  {
    name: 'restartRelease',
    title: 'Restart Pods of Release…',
    needs: 'cluster',
    places: [item(can('restart'), '2_more@1')],
    run: (_app, agent, target) => operateRelease(agent, target, 'restart'),
  },
  {
    name: 'skipAnalysis',
    title: 'Skip Analysis…',
    needs: 'cluster',
    places: [item(can('skip-analysis'), '2_more@2')],
    run: (_app, agent, target) => operateRelease(agent, target, 'skip-analysis'),
  },
  {
    name: 'resetRelease',
    title: 'Reset Release…',
    needs: 'cluster',
    places: [item(can('reset'), '2_more@3')],
    run: (_app, agent, target) => operateRelease(agent, target, 'reset'),
  },
  {
    name: 'setReleaseSteering',
    title: 'Set Steering of Release…',
    needs: 'cluster',
    places: [item(RELEASE, '2_more@4')],
    run: (_app, agent, target) => setReleaseSteering(agent, target),
  },
  {
    name: 'checkSplit',
    title: 'Check Traffic Split…',
    needs: 'cluster',
    places: [item(RELEASE, '3_check@1')],
    run: (_app, agent, target) => checkSplit(agent, target),
  },
  {
    name: 'smokeTest',
    title: 'Smoke Test Canary…',
    needs: 'cluster',
    places: [item(RELEASE, '3_check@2')],
    run: (_app, agent, target) => smokeTest(agent, target),
  },
  {
    name: 'showRelease',
    title: 'Show Release on Dashboard',
    icon: 'graph-line',
    needs: 'nothing',
    places: [title('canaries', '', 'navigation@2'), item(RELEASE, 'inline@4'), item(RELEASE, '4_show@1')],
    run: (app, target) => showRelease(app, target),
  },
  {
    name: 'showEvidence',
    title: 'Show Evidence…',
    icon: 'law',
    needs: 'cluster',
    places: [item('releaseEvidence', 'inline@1'), item('/^release(Evidence|\\b)/', '4_show@2')],
    run: (app, agent, target) => showEvidence(app, agent, target),
  },
  {
    name: 'copyQuery',
    title: 'Copy Query of Analysis…',
    icon: 'copy',
    needs: 'cluster',
    places: [item('metric.query', 'inline@1'), item('metric.query', '1_metric@1')],
    run: (_app, agent, target) => copyQuery(agent, target),
  },
  {
    name: 'makeCanary',
    title: 'Make Canary…',
    icon: 'add',
    needs: 'cluster',
    places: [title('canaries', CONNECTED, 'navigation@1'), item(STEERED_WORKLOAD, '4_release@1')],
    run: (app, agent, target) => makeCanary(app, agent, target),
  },
  {
    name: 'setAlertAddress',
    title: 'Set Alert Address…',
    needs: 'nothing',
    places: [title('canaries', '', '2_alerts@1')],
    run: (app) => setAlertAddress(app),
  },
];
