import { defineConfig } from 'vitest/config';

/** Integration tests that reckon in processes of their own, and wait for no clock: as many at a time as there are cores. */
const RECKONING = [
  'calibrateCli',
  'calibrateFineTune',
  'calibrateTraces',
  'checkpoint',
  'envBridge',
  'evaluateCanary',
  'evaluateHeal',
  'evaluateScale',
  'modelCommands',
  'modelStore',
  'onlineLearning',
  'onnxPython',
  'rolloutPool',
  'shippedModels',
  'training',
].map((name) => `test/integration/${name}.test.ts`);

/** Integration tests that mostly wait, and for nothing that a busy core makes late: two at a time. */
const PATIENT = [
  'agentLifecycle',
  'calibrateCluster',
  'canaryGate',
  'chaosCli',
  'chaosProviders',
  'cli',
  'cluster',
  'clusterApiServer',
  'costs',
  'embeddedApiClient',
  'embeddedApiHttp',
  'embeddedArgo',
  'embeddedCluster',
  'embeddedFlagger',
  'embeddedQuota',
  'embeddedRoutes',
  'handoverApi',
  'journalKill',
  'journalLock',
  'learnedHealing',
  'models',
  'monitoring',
  'monitoringManifests',
  'orphans',
  'prometheusHttp',
  'prometheusProxy',
  'rest',
  'restDocs',
  'restServe',
  'stdio',
  'stream',
].map((name) => `test/integration/${name}.test.ts`);

/**
 * A live cluster of which a minute passes in a second, beside whatever else the machine does: what fails once is tried
 * once more, and the report says `retry x1`. A test that needs it again is to be mended.
 */
const LIVE = { retry: 1 } as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{agent,extension,webview}/**/*.test.ts', 'test/*.test.ts'],
          // Some reckon for seconds, and as many of them at a time as there are cores.
          testTimeout: 30_000,
        },
      },
      {
        // Real sockets, processes and files; a live cluster, whose clock goes on while another test takes the core.
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          exclude: [...RECKONING, ...PATIENT],
          ...LIVE,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'patient',
          include: PATIENT,
          ...LIVE,
          testTimeout: 90_000,
          hookTimeout: 90_000,
        },
      },
      {
        test: {
          name: 'reckoning',
          include: RECKONING,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        // A real VS Code. One at a time: each is a server, a browser and an extension host.
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: ['test/e2e/in-host/**'],
          ...LIVE,
          globalSetup: 'test/e2e/globalSetup.ts',
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
