import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { ConfigSchema, DEFAULT_CONFIG } from '../../agent/config/schema';
import { configTemplate, embeddedConfig } from './configTemplate';

const template = configTemplate({ mode: 'approve', namespaces: ['shop'] });
const uncommented = template.replaceAll(/^#(?! \S)/gm, '');

test('the template keeps the mode and the namespaces in force and changes nothing else', () => {
  expect(ConfigSchema.parse(parse(template))).toEqual({
    ...DEFAULT_CONFIG,
    mode: 'approve',
    namespaces: ['shop'],
  });
});

test('every setting that the template shows commented out is a valid one', () => {
  expect(uncommented.length).toBeLessThan(template.length);
  const config = ConfigSchema.parse(parse(uncommented));
  expect(config.context).toBe('my-context');
  expect(config.workloads['shop/checkout']?.observeOnly).toBe(true);
  expect(config.metrics.prometheusUrl).toBe('http://localhost:9090');
});

test('the values that the template shows are the defaults where there are any', () => {
  const { slo, guard } = ConfigSchema.parse(parse(uncommented));
  expect({ slo, guard }).toEqual({ slo: DEFAULT_CONFIG.slo, guard: DEFAULT_CONFIG.guard });
});

test('the configuration of the embedded cluster asks for approval, and leaves the namespaces to its kubeconfig', () => {
  const config = ConfigSchema.parse(parse(embeddedConfig('C:\\state\\"x"')));
  expect(config).toMatchObject({
    mode: 'approve',
    namespaces: [],
    canary: { steering: 'own' },
    journal: { directory: 'C:\\state\\"x"' },
  });
});
