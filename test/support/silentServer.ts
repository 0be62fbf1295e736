import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';

/** An "API server" that takes connections and never says a word, with a kubeconfig for it at `kubeconfigPath`. */
export async function startSilentServer(kubeconfigPath: string) {
  const state = { asked: false };
  const server = createServer((socket) => {
    state.asked = true;
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  writeFileSync(
    kubeconfigPath,
    `apiVersion: v1
kind: Config
current-context: here
contexts: [{name: here, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: 'https://127.0.0.1:${port}'}}]
users: [{name: u, user: {}}]
`,
  );
  return {
    /** Somebody has connected. */
    get wasAsked() {
      return state.asked;
    },
    close: () => server.close(),
  };
}
