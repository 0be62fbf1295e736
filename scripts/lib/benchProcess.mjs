// Runs one benchmark, whose bundle is the argument, and sends its rows to scripts/bench.mjs.
import { pathToFileURL } from 'node:url';

const { run } = await import(pathToFileURL(process.argv[2]).href);
const rows = await run();
process.send(rows, () => process.exit(0));
