import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';

interface Manifest {
  readonly contributes: {
    readonly commands: ReadonlyArray<{ command: string }>;
    readonly views: Readonly<Record<string, ReadonlyArray<{ id: string }>>>;
  };
  readonly capabilities: { readonly untrustedWorkspaces: { supported: unknown } };
}

const extension = vscode.extensions.getExtension('coxswain.coxswain');
assert.ok(extension, 'VS Code has not loaded the extension');
const manifest: Manifest = extension.packageJSON;

describe('the extension', () => {
  it('sleeps until it is needed', () => {
    assert.equal(extension.isActive, false);
  });

  it('activates', async () => {
    await extension.activate();
  });

  it('has registered every command that package.json declares', async () => {
    const declared = manifest.contributes.commands.map(({ command }) => command);
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.ok(declared.length > 0);
    assert.deepEqual(
      declared.filter((command) => !registered.has(command)),
      [],
    );
  });

  it('shows every view that package.json declares', async () => {
    const views = Object.values(manifest.contributes.views).flat();
    assert.ok(views.length > 0);
    for (const { id } of views) await vscode.commands.executeCommand(`${id}.focus`);
  });

  it('says what it may do in a workspace that is not trusted', () => {
    assert.equal(manifest.capabilities.untrustedWorkspaces.supported, 'limited');
  });
});
