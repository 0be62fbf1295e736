#!/usr/bin/env node
// The executable that @vscode/test-electron is given as its VS Code.
import { importTypeScript } from '../../../scripts/lib/importTypeScript.mjs';

await importTypeScript('test/e2e/harness/vscodeWrapper.ts');
