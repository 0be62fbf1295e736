// Stands in for `coxswain train`: prints what FAKE_TRAINER says, a JSON array of steps.
//   {"print": event or text} · {"words": text for stderr} · {"exit": code} · {"wait": true} until SIGTERM
//   · {"printPid": true} its process id as the steps of a point
//   · {"deaf": true} to ignore SIGTERM · {"onTerm": [steps]} to do on SIGTERM
const steps = JSON.parse(process.env.FAKE_TRAINER ?? '[]');

function run(list) {
  for (const step of list) {
    if ('print' in step) {
      process.stdout.write(`${typeof step.print === 'string' ? step.print : JSON.stringify(step.print)}\n`);
    }
    if ('printPid' in step) {
      const point = { steps: process.pid, seconds: 1, metrics: {} };
      const event = { kind: 'progress', point, stepsPerSecond: 1, etaSeconds: null };
      process.stdout.write(`${JSON.stringify(event)}\n`);
    }
    if ('words' in step) process.stderr.write(`${step.words}\n`);
    if ('exit' in step) process.exitCode = step.exit;
    if ('deaf' in step) process.on('SIGTERM', () => undefined);
    if ('onTerm' in step) {
      process.once('SIGTERM', () => {
        run(step.onTerm);
        process.exit();
      });
    }
    if ('wait' in step) setInterval(() => undefined, 1000);
  }
}

run([
  {
    print: {
      kind: 'started',
      task: 'heal',
      algorithm: 'ppo',
      totalSteps: 4000,
      seed: 7,
      folder: process.argv.slice(2).join(' '),
    },
  },
  ...steps,
]);
