import { globSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { programsOf, sourcesOf } from '../../cluster/build.ts';
import { RENDERERS, WORKFLOWS } from '../../cluster/builds.ts';
import { GO, writeComponents } from '../../cluster/components.ts';
import { type Parts, SMALL, WHOLE } from '../../cluster/parts.ts';
import { ROUTER_LIST } from '../../cluster/routers/registry.ts';

const BASE = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'server',
  'traefik',
  'pause',
  'forward',
];

test('the demo builds what its cluster runs, and nothing that only tests use', () => {
  expect(SMALL.builds.flatMap(programsOf)).toEqual(BASE);
  expect(SMALL.images).toEqual(['pause', 'bookworm', 'trixie']);
});

test('the tests build that too, and what they use besides', () => {
  expect(WHOLE.builds.flatMap(programsOf)).toEqual([...BASE, 'kubectl', 'coredns', 'app', 'shop']);
  expect(WHOLE.images).toEqual([...SMALL.images, 'app', 'shop', 'postgres', 'redis']);
});

test('one build serves both', () => {
  for (const build of SMALL.builds) expect(WHOLE.builds).toContain(build);
});

test('whatever a program is made from, a change of it is another build', () => {
  const ofRouters = ROUTER_LIST.flatMap(([, { images }]) => images.flatMap(({ builds }) => builds));
  const sources = [...WHOLE.builds, ...ofRouters, WORKFLOWS, RENDERERS].flatMap(sourcesOf);
  const files = globSync('{modules,programs}/**/*.{go,mod,sum}', { cwd: 'cluster' });
  expect(files.filter((file) => !sources.includes(file))).toEqual([]);
  expect(sources).toContain('stubs.ts');
});

/** The components that a cluster of these parts starts, and what each of them waits for. */
function started(parts: Parts): string[][] {
  const folder = mkdtempSync(join(tmpdir(), 'greenpath-components-'));
  mkdirSync(join(folder, 'pki'));
  for (const name of ['ca.crt', 'admin.crt', 'admin.key', 'node.crt', 'node.key'])
    writeFileSync(join(folder, 'pki', name), name);
  const images = { tars: [], reference: (name: string) => name };
  writeComponents(folder, 'greenpath-test', { parts, programs: (name) => `/programs/${name}`, images });
  const lines = readFileSync(join(folder, 'components.sh'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => line.replaceAll("'", '').replaceAll(join(folder, GO), GO).split(' ').slice(1, 4));
}

test('CoreDNS runs in the cluster of the tests only, and routers that are processes wait there', () => {
  const small = started(SMALL);
  expect(small.map(([name]) => name)).not.toContain('coredns');
  const waiting = ['traefik-gateway', 'traefik-ingress'].map((name) => [name, GO, 'bash']);
  expect(started(WHOLE)).toEqual([...small, ['coredns', GO, '/programs/coredns'], ...waiting]);
});
