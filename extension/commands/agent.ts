import { openConfig } from '../flows/configFile';
import { openDocumentation } from '../flows/documentation';
import { diagnose } from '../flows/reports';
import { type Command, title } from './command';

/** The journal's view, and the agent itself. */
export const AGENT_COMMANDS: readonly Command[] = [
  {
    name: 'filterActivity',
    title: 'Filter Activity…',
    icon: 'filter',
    needs: 'cluster',
    places: [title('activity', '!coxswain.activityFiltered')],
    run: (app, agent) => app.activity.chooseFilter(agent),
  },
  {
    name: 'changeActivityFilter',
    title: 'Change Activity Filter…',
    icon: 'filter-filled',
    needs: 'cluster',
    inPalette: false,
    places: [title('activity', 'coxswain.activityFiltered', 'navigation@1')],
    run: (app, agent) => app.activity.chooseFilter(agent),
  },
  {
    name: 'clearActivityFilter',
    title: 'Clear Activity Filter',
    icon: 'clear-all',
    needs: 'cluster',
    places: [title('activity', 'coxswain.activityFiltered', 'navigation@2')],
    run: (app, agent) => app.activity.clearFilter(agent),
  },
  {
    name: 'loadMoreActivity',
    title: 'Load More Activity',
    needs: 'cluster',
    inPalette: false,
    run: (app, agent) => app.activity.loadMore(agent),
  },
  {
    name: 'restartAgent',
    title: 'Restart Agent',
    icon: 'refresh',
    needs: 'nothing',
    run: (app) => app.supervisor.restart(),
  },
  {
    name: 'openConfig',
    title: 'Open Configuration',
    icon: 'gear',
    needs: 'nothing',
    run: (app) => openConfig(app.store.state),
  },
  { name: 'diagnose', title: 'Diagnose', icon: 'pulse', needs: 'nothing', run: (app) => diagnose(app) },
  {
    name: 'openDocumentation',
    title: 'Open Documentation…',
    icon: 'book',
    needs: 'nothing',
    places: [title('cluster', '', '9_help@1')],
    run: (app) => openDocumentation(app),
  },
  {
    name: 'showOutput',
    title: 'Show Agent Output',
    icon: 'output',
    needs: 'nothing',
    run: (app) => app.output.show(),
  },
];
