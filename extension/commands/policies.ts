import { evaluateTask, openEvaluation } from '../flows/evaluation';
import { showModelCard } from '../flows/modelCards';
import { evaluatePolicy, promotePolicy, rollbackPolicy } from '../flows/policies';
import { cancelTraining, fineTunePolicy, trainPolicy } from '../flows/trainings';
import { type Command, editor, item, title } from './command';

const EVALUATION = "activeWebviewPanelId == 'coxswain.evaluation'";

/** Learned policies, how they are learned, and the proof that they help. */
export const POLICY_COMMANDS: readonly Command[] = [
  {
    name: 'trainPolicy',
    title: 'Train Policy…',
    icon: 'mortar-board',
    needs: 'agent',
    places: [title('policies'), item('policyTask', 'inline@1'), item('policyTask', '1_policy@1')],
    run: (app, agent, target) => trainPolicy(app, agent, target),
  },
  {
    name: 'evaluateTask',
    title: 'Evaluate Task…',
    icon: 'beaker',
    needs: 'nothing',
    places: [
      title('policies', '', '1_evaluate@1'),
      item('policyTask', 'inline@2'),
      item('policyTask', '1_policy@2'),
    ],
    run: (app, target) => evaluateTask(app, target),
  },
  {
    name: 'openEvaluation',
    title: 'Open Evaluation…',
    icon: 'graph',
    needs: 'nothing',
    places: [title('policies', '', '1_evaluate@2'), item('policyTask', '2_show@1')],
    run: (app, target) => openEvaluation(app, target),
  },
  {
    name: 'openEvaluationMarkdown',
    title: 'Open Evaluation as Markdown',
    icon: 'markdown',
    needs: 'nothing',
    inPalette: false,
    places: [editor(EVALUATION, 'navigation@1')],
    run: (app) => app.evaluation.open(null, 'md'),
  },
  {
    name: 'openEvaluationCsv',
    title: 'Open Evaluation as CSV',
    icon: 'table',
    needs: 'nothing',
    inPalette: false,
    places: [editor(EVALUATION, 'navigation@2')],
    run: (app) => app.evaluation.open(null, 'csv'),
  },
  {
    name: 'promotePolicy',
    title: 'Promote Policy…',
    icon: 'arrow-circle-up',
    needs: 'agent',
    places: [
      item('/^policy\\.(previous|shipped|stored)$/', 'inline@1'),
      item('/^policy\\.(previous|shipped|stored)$/', '1_policy@1'),
    ],
    run: (_app, agent, target) => promotePolicy(agent, target),
  },
  {
    name: 'rollbackPolicy',
    title: 'Roll Back Policy…',
    icon: 'discard',
    needs: 'agent',
    places: [item('policy.active', 'inline@1'), item('policy.active', '1_policy@1')],
    run: (_app, agent, target) => rollbackPolicy(agent, target),
  },
  {
    name: 'evaluatePolicy',
    title: 'Evaluate Policy…',
    icon: 'law',
    needs: 'agent',
    places: [
      item('/^policy\\.(active|previous|stored)$/', 'inline@2'),
      item('/^policy\\.(active|previous|stored)$/', '1_policy@2'),
    ],
    run: (_app, agent, target) => evaluatePolicy(agent, target),
  },
  {
    name: 'fineTunePolicy',
    title: 'Fine-Tune Policy…',
    needs: 'agent',
    places: [item('/^policy\\.(active|previous|stored)$/', '2_learn@1')],
    run: (app, agent, target) => fineTunePolicy(app, agent, target),
  },
  {
    name: 'showModelCard',
    title: 'Show Model Card…',
    icon: 'book',
    needs: 'nothing',
    places: [item('policy.shipped', 'inline@2'), item('policy.shipped', '1_policy@2')],
    run: (app, target) => showModelCard(app, target),
  },
  {
    name: 'cancelTraining',
    title: 'Cancel Training…',
    icon: 'debug-stop',
    needs: 'agent',
    places: [item('training', 'inline@2'), item('training', '1_training@2')],
    run: (_app, agent, target) => cancelTraining(agent, target),
  },
  {
    name: 'showTraining',
    title: 'Show Training Curves',
    icon: 'graph-line',
    needs: 'nothing',
    places: [item('training', 'inline@1'), item('training', '1_training@1')],
    run: (app, target) => app.dashboard.openTraining(target.trainingId ?? null),
  },
];
