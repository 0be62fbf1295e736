// npm run package: builds coxswain-<version>.vsix and checks what is in it.
import { createPackage } from './lib/vsix.mjs';

const { path, files, bytes } = await createPackage();
for (const file of files) console.log(`  ${file}`);
console.log(`${path}: ${files.length} files, ${(bytes / 1e6).toFixed(2)} MB`);
