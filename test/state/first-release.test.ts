import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hookPoint } from '../../src/core/kube/hooks.ts';
import { readManifests, stackIn } from '../../src/state/manifests.ts';
import { read as readRoute } from '../routes/ingresses.ts';
import { type Given, ingress, look, preview, service, slice, stackService } from './app.ts';

/** Whether a release is the first one: Jobs of Helm run at the installation, or at an upgrade. */

const job = (name: string, hook: string) => `
apiVersion: batch/v1
kind: Job
metadata: {name: ${name}, annotations: {helm.sh/hook: ${hook}}}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: acme/web}]}}}`;
const PLAIN = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: acme/web}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, name: http}]}`;
const HOOKS = [job('seed', 'pre-install'), job('migrate', 'pre-upgrade')];

/** The Jobs that run beside this, with their points. */
async function jobs({ ingresses = [], ...given }: Given, hooks = HOOKS): Promise<string[]> {
  const file = join(mkdtempSync(join(tmpdir(), 'greenpath-first-')), 'all.yaml');
  writeFileSync(file, [PLAIN, ...hooks].join('\n---'));
  const { run } = await look({ mode: 'deploy-green', manifests: file });
  const namespace = { allRoutes: ingresses.map(readRoute), services: [], slices: [], ...given };
  const { own } = stackIn(run, await readManifests(run), namespace);
  return own.flatMap(({ object, given: name }) => (object.kind === 'Job' ? [`${name}: ${hookPoint(object)}`] : []));
}
const FIRST = ['Job seed: pre-deploy'];
const LATER = ['Job migrate: pre-deploy'];
const ADMIN = { '/': 'web', '/admin': 'other-app' };
const SOLVER = 'cm-acme-http-solver-abcde';

describe('a release is the first one', () => {
  test.each<[string, Given]>([
    ['if there is no live route', {}],
    ['if its live route leads nowhere', { ingresses: [ingress('web', { paths: ADMIN })] }],
    [
      'whatever other apps have in the route',
      {
        ingresses: [ingress('web', { paths: ADMIN })],
        services: [stackService('v1', 'other', 'other'), service('other-app', {})],
      },
    ],
    [
      'while cert-manager has a path in the route',
      {
        ingresses: [ingress('web', { paths: { '/': 'web', '/.well-known/acme-challenge/x': SOLVER } })],
        services: [service(SOLVER, { 'acme.cert-manager.io/http01-solver': 'true' })],
      },
    ],
    [
      'while its own candidate has a preview in the route',
      {
        ingresses: [ingress('web', { paths: { '/': 'web', '/green(/|$)(.*)': 'web-v2' } })],
        services: [stackService('v2')],
      },
    ],
    [
      'while its candidate has a preview of its own',
      {
        ingresses: [ingress('web', { paths: { '/': 'web' } }), preview('v2')],
        services: [stackService('v2')],
      },
    ],
  ])('%s', async (_, given) => {
    expect(await jobs(given)).toEqual(FIRST);
  });

  test.each<[string, Given]>([
    ['that Greenpath released', { ingresses: [ingress()], services: [stackService('v1')] }],
    [
      'that runs under plain names',
      { ingresses: [ingress('web', { paths: { '/': 'web' } })], services: [service('web', { app: 'web' })] },
    ],
  ])('but not if a version is live %s', async (_, given) => {
    expect(await jobs(given)).toEqual(LATER);
  });
});

describe('a Job of the first release is refused', () => {
  const plain = { services: [service('web', { app: 'web' })], slices: [slice('web', 1)] };
  const routed = { ingresses: [ingress('old')], services: [stackService('v1')] };
  const refused = 'Job seed would run as in a first release, since no live route leads to this app, but';

  test.each<[string, Given, string]>([
    ['by a route that the step does not name', routed, 'Ingress old leads to Service web-v1'],
    ['under plain names', plain, 'Service web has ready pods'],
  ])('if the application runs %s', async (_, given, why) => {
    await expect(jobs(given)).rejects.toMatchObject({
      code: 'manifest',
      message: `${refused} ${why}`,
      problems: [{ place: { line: expect.any(Number) } }],
    });
  });

  test('and no other Job is', async () => {
    expect(await jobs(routed, [job('both', '"pre-install,pre-upgrade"')])).toEqual(['Job both: pre-deploy']);
  });

  test('but not for what is not the application, or does not run', async () => {
    const others = [stackService('v1', 'web', 'other'), service('db', { app: 'db' })];
    const given = { ingresses: [ingress('old', { paths: { '/': 'web-v1', '/db': 'db' } })], services: others };
    expect(await jobs({ ...given, slices: [slice('db', 1)] })).toEqual(FIRST);
    expect(await jobs({ ...plain, slices: [slice('web', 0, 1)] })).toEqual(FIRST);
  });
});
