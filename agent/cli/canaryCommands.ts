import { type Command, Option } from 'commander';
import { CanaryKind, type ReleaseOperation, ReleaseSteering } from '../protocol';
import { wholeNumber } from './arguments';
import { outputOption, stateDirectoryOption } from './options';

/** `coxswain canary …`: releases of the cluster that the running agent steers. Wiring only, as in `program.ts`. */
export function addCanaryCommands(program: Command): void {
  const canary = program
    .command('canary')
    .description('release workloads step by step: Coxswain’s own releases, Argo Rollouts and Flagger');
  const load = () => import('./canaryActions');
  const command = (name: string, description: string) =>
    canary.command(name).description(description).addOption(stateDirectoryOption());
  const onRelease = (name: string, description: string) =>
    command(name, description).argument(
      '<release>',
      'namespace/name; Kind/namespace/name where two share it',
    );

  command('list', 'what is, or can be, released')
    .addOption(outputOption())
    .action(async (options) => (await load()).list(options));
  onRelease('get', 'one release: versions, weight, steps, evidence and analyses')
    .option('-w, --watch', 'again with each change, until Ctrl-C or the end of the release')
    .addOption(outputOption())
    .action(async (release, options) => (await load()).get(release, options));

  onRelease('set-image', 'release another image')
    .argument('<container=image...>', 'the container `*` stands for all')
    .addOption(yesOption())
    .action(async (release, images, options) => (await load()).setImage(release, images, options));
  onRelease('promote', 'go on to the next step, or make the canary the stable version')
    .option('--full', 'leave out what is left of steps, pauses and analyses')
    .addOption(yesOption())
    .action(async (release, { full, ...options }) =>
      (await load()).operate(release, { kind: full ? 'promote-full' : 'promote' }, options),
    );
  onRelease('undo', 'go back to the revision before, or to one that is named')
    .option('--to-revision <revision>', 'its number', wholeNumber(1, 1_000_000))
    .addOption(yesOption())
    .action(async (release, { toRevision, ...options }) =>
      (await load()).operate(release, { kind: 'undo', toRevision }, options),
    );
  onRelease('weight', 'set the canary’s share of the traffic; only where Coxswain moves it')
    .argument('<percent>', '0 to 100', wholeNumber(0, 100))
    .addOption(yesOption())
    .action(async (release, percent, options) => (await load()).setWeight(release, percent, options));
  for (const [name, kind, description] of PLAIN) {
    onRelease(name, description)
      .addOption(yesOption())
      .action(async (release, options) => (await load()).operate(release, { kind }, options));
  }

  onRelease('steer', 'how much say Coxswain has: off, shadow, or own')
    .addArgument(program.createArgument('<steering>').choices(ReleaseSteering.options))
    .action(async (release, steering, options) => (await load()).steer(release, steering, options));
  onRelease('split', 'send requests through the route, and count them by the version that answers')
    .option('-n, --requests <count>', 'how many', wholeNumber(1, 10_000), 100)
    .option('--url <url>', 'where to send them; found from the route where absent')
    .option('--path <path>', 'of each request', '/')
    .option('--canary', 'ask for the canary by its header, as a smoke test does')
    .addOption(outputOption())
    .action(async (release, options) => (await load()).checkSplit(release, options));
  command('init', 'what would make a Deployment a canary, as YAML; with --apply it is proposed')
    .argument('<workload>', 'namespace/name')
    .addOption(new Option('--kind <kind>', 'by what').choices(CanaryKind.options).makeOptionMandatory())
    .option('--host <host>', 'host that clients ask for; that of the route where absent')
    .option('--route <name>', 'HTTPRoute, VirtualService or Ingress; found by the Service where absent')
    .option('--gateway <gateway>', 'namespace/name of the Gateway of a new route')
    .option('--analyses <names>', 'analyses to write, with commas between')
    .option('--apply', 'propose it')
    .addOption(yesOption())
    .action(async (workload, options) => (await load()).init(workload, options));
}

type PlainKind = Exclude<
  ReleaseOperation['kind'],
  'adopt' | 'start' | 'weight' | 'undo' | 'promote' | 'promote-full' | 'open-gate'
>;

const PLAIN: readonly (readonly [name: string, kind: PlainKind, description: string])[] = [
  ['pause', 'pause', 'stay at the step and the weight where it is'],
  ['resume', 'resume', 'go on'],
  ['abort', 'abort', 'all traffic back to stable; the canary goes'],
  ['retry', 'retry', 'begin an aborted or failed release anew'],
  ['restart', 'restart', 'make the pods anew'],
  ['rollback', 'rollback', 'emergency: traffic to stable first, then the rest'],
  ['skip-analysis', 'skip-analysis', 'leave out the analysis that runs'],
  ['reset', 'reset', 'take back what pause and skip-analysis have set'],
];

function yesOption(): Option {
  return new Option('--yes', 'agree at once; else a proposal waits for approval in mode approve');
}
