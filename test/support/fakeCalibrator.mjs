// Stands in for `coxswain calibrate --events`: writes its arguments to `arguments` in the state directory, and does what
// FAKE_CALIBRATOR says, a JSON array of steps.
//   {"print": event or text} · {"words": text for stderr} · {"exit": code} · {"wait": true} until SIGTERM
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const args = process.argv.slice(2);
writeFileSync(join(args.at(-1) ?? '.', 'arguments'), args.join(' '));
for (const step of JSON.parse(process.env.FAKE_CALIBRATOR ?? '[]')) {
  if ('print' in step) {
    process.stdout.write(`${typeof step.print === 'string' ? step.print : JSON.stringify(step.print)}\n`);
  }
  if ('words' in step) process.stderr.write(`${step.words}\n`);
  if ('exit' in step) process.exitCode = step.exit;
  if ('wait' in step) setInterval(() => undefined, 1000);
}
