import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { manifestFaults, missingText } from '../../../src/core/manifests/classic-faults.ts';
import { manifestsOf, only } from '../support.ts';

/** A Deployment with \`line\` at a depth of so many spaces. */
const deployment = (depth: number, line: string) => {
  const lines = [
    'apiVersion: apps/v1',
    'kind: Deployment',
    'metadata: {name: nginx}',
    'spec:',
    '  template:',
    '    spec:',
    '      containers:',
    '      - name: nginx',
    '        image: nginx',
  ];
  const after = new Map([
    [0, 3],
    [2, 4],
    [4, 5],
    [6, 6],
    [8, 9],
  ]).get(depth);
  return lines.toSpliced(after ?? 0, 0, `${' '.repeat(depth)}${line}`).join('\n');
};

describe('the faults of the example as it was printed', () => {
  test('a dot in the name of a Service', () => {
    const fault = only(manifestFaults(manifestsOf('\napiVersion: v1\nkind: Service\nmetadata: {name: nginx-v1.22.0}')));
    expect(fault.text).toContain('Service nginx-v1.22.0');
    expect(fault.text).toContain('\n  name: nginx-v1-22-0');
    expect(fault.place).toEqual({ file: 'all.yaml', line: 2 });
  });

  test.each([0, 2, 4, 6])('volumeMounts %i spaces deep', (depth) => {
    const fault = only(manifestFaults(manifestsOf(deployment(depth, 'volumeMounts: []'))));
    expect(fault.text).toContain('Deployment nginx: volumeMounts is outside of the container');
    expect(fault.text).toContain('    volumeMounts: […]');
  });

  test.each([0, 2, 4])('volumes %i spaces deep', (depth) => {
    const fault = only(manifestFaults(manifestsOf(deployment(depth, 'volumes: []'))));
    expect(fault.text).toContain("Deployment nginx: volumes is outside of the pod's spec");
    expect(fault.text).toContain('      volumes: […]');
  });

  test('volumeMounts in the container and volumes in the pod are no fault', () => {
    expect(manifestFaults(manifestsOf(deployment(8, 'volumeMounts: []')))).toEqual([]);
    expect(manifestFaults(manifestsOf(deployment(6, 'volumes: []')))).toEqual([]);
  });

  test.each([
    ['ServiceAccount', 'apiVersion: v1\n  kind: ServiceAccount\n  metadata: {name: nginx}'],
    ['ConfigMap', 'apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: nginx}\n  data: {}'],
  ])('a %s that nobody creates', (kind, lines) => {
    const text = missingText('Deployment nginx', kind, 'nginx');
    expect(text).toContain(`Deployment nginx needs ${kind} nginx`);
    expect(text).toContain(lines);
  });

  test.each(['blue', 'green', 'shared', 'ingress'])('examples/nginx/%s.yaml has none of them', (name) => {
    const text = readFileSync(`examples/nginx/${name}.yaml`, 'utf8');
    expect(manifestFaults(manifestsOf(text))).toEqual([]);
  });
});
