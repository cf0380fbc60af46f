import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { readManifests, stackIn } from '../../src/state/manifests.ts';
import { json } from '../cluster/server.ts';
import { read as readRoute } from '../routes/ingresses.ts';
import { type Given, ingress, look, stackService } from './app.ts';

/** What becomes of the input `manifests`. */

const read = async (text: string, { ingresses = [], services = [] }: Given = {}) => {
  const file = join(mkdtempSync(join(tmpdir(), 'greenpath-manifests-')), 'all.yaml');
  writeFileSync(file, text);
  const looking = await look({ mode: 'deploy-green', manifests: file });
  const given = readManifests(looking.run);
  const stack = given.then((manifests) => ({
    faults: manifests.faults,
    stack: stackIn(looking.run, manifests, { allRoutes: ingresses.map(readRoute), services, slices: [] }),
  }));
  return { file, looking, stack };
};
const DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: acme/web}]}
`;
const SERVICE =
  '---\n{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}\n';

test('manifests become the stack of this revision', async () => {
  const { stack } = await read(DEPLOYMENT + SERVICE);
  const { stack: built, faults } = await stack;
  expect(built.services.map(({ metadata }) => metadata.name)).toEqual(['web-v2']);
  expect(faults).toEqual([]);
});

test.each<[string, string, string]>([
  ['that are no YAML', 'a: [', 'the manifests cannot be read'],
  ['without a Service', DEPLOYMENT, 'the manifests cannot be released as they are'],
])('manifests %s are refused', async (_, text, message) => {
  const { stack } = await read(text);
  await expect(stack).rejects.toThrow(message);
});

describe('whether visitors reach a part', () => {
  const claim = DEPLOYMENT.replace(
    'containers: [{',
    'volumes: [{name: d, persistentVolumeClaim: {claimName: data}}], containers: [{volumeMounts: [{name: d, mountPath: /d}], ',
  );
  const other = (DEPLOYMENT + SERVICE).replaceAll('name: web', 'name: front').replaceAll('app: web', 'app: front');
  const words = async (text: string, given?: Given) => {
    const { stack } = await read(text, given);
    return (await stack).stack.shared.map(({ given: name, word }) => `${name}: ${word}`);
  };
  const BACKING = ['Service web: backing', 'Deployment web: backing'];

  test('is what the live route in the cluster says, by the Service without its revision', async () => {
    const both = `${claim + SERVICE}---\n${other}`;
    expect(await words(both, { ingresses: [ingress()], services: [stackService('v1')] })).toEqual([]);
    const front = ingress('web', { paths: { '/': 'front-v1' } });
    const services = [stackService('v1', 'front')];
    expect((await words(both, { ingresses: [front], services })).toSorted()).toEqual(BACKING.toSorted());
  });

  test('is what the route in the manifests says, if it is the one of this step', async () => {
    const route = (name: string) => `---\n${JSON.stringify(ingress(name, { paths: { '/': 'web' } }))}\n`;
    const both = `${claim + SERVICE}---\n${other}`;
    expect(await words(both + route('web'))).toEqual([]);
    expect((await words(both + route('admin'))).toSorted()).toEqual(BACKING.toSorted());
  });
});

test('a route of another namespace is not the live one, whatever its name', async () => {
  const away = { ...ingress('web', { paths: { '/': 'web' } }) };
  const route = { ...away, metadata: { ...away.metadata, namespace: 'other' } };
  const recreated = DEPLOYMENT.replace('spec:\n', 'spec:\n  strategy: {type: Recreate}\n');
  const front = (DEPLOYMENT + SERVICE).replaceAll('name: web', 'name: front').replaceAll('app: web', 'app: front');
  const { stack } = await read(`${recreated}${SERVICE}---\n${front}---\n${JSON.stringify(route)}\n`);
  const { left, shared } = (await stack).stack;
  expect(left.map(({ why }) => why)).toEqual(['it belongs to namespace other']);
  expect(shared.map(({ given }) => given)).toContain('Deployment web');
});

test('what kubectl accepts and is probably a mistake is a warning', async () => {
  const { looking, stack } = await read(`${DEPLOYMENT}  replicas: 1\n  replicas: 2\n${SERVICE}`);
  await stack;
  expect(looking.told()).toMatch(/::warning file=\S+all\.yaml,line=2::a map in this document has one key twice/);
});

test('manifests say what is secret in them: it is shown nowhere', async () => {
  const secret =
    '---\n{apiVersion: v1, kind: Secret, metadata: {name: db}, stringData: {password: correct-horse-battery}}\n';
  const { looking, stack } = await read(DEPLOYMENT + SERVICE + secret);
  await stack;
  looking.run.report.line('the password is correct-horse-battery');
  expect(looking.told()).toContain('the password is ***');
});

describe('a chart', () => {
  const SECRET = '---\n{apiVersion: v1, kind: Secret, metadata: {name: app}, stringData: {key: KEY, user: me}}\n';
  /** What is read of a chart for which Helm prints `text`, KEY being another word each time. */
  const rendered = async (text: string) => {
    const folder = mkdtempSync(join(tmpdir(), 'greenpath-chart-'));
    writeFileSync(join(folder, 'Chart.yaml'), 'name: web\n');
    const program = `process.stdout.write(${JSON.stringify(text)}.replaceAll('KEY', 'k' + process.hrtime.bigint()))`;
    writeFileSync(join(folder, 'helm'), `#!${process.execPath}\n${program}`);
    chmodSync(join(folder, 'helm'), 0o755);
    vi.stubEnv('PATH', folder);
    const looking = await look({ mode: 'deploy-green', manifests: folder }, json(200, { gitVersion: 'v1.37.2' }));
    return { looking, given: await readManifests(looking.run) };
  };

  test('is rendered twice, and what differs is random', async () => {
    const { given, looking } = await rendered(DEPLOYMENT + SERVICE + SECRET);
    expect([...given.random.objects].map(([key, { leaves }]) => [key, leaves.map(({ path }) => path)])).toEqual([
      ['//Secret app', [['data', 'key']]],
    ]);
    expect(looking.told().match(/Rendered Helm chart/g)).toHaveLength(1);
    expect(looking.asked).toHaveLength(1);
  });

  test('of which nothing differs is like files', async () => {
    expect((await rendered(DEPLOYMENT + SERVICE)).given.random.objects.size).toBe(0);
  });
});

test('the faults of the classic example are reported with all others, in one error', async () => {
  const broken = DEPLOYMENT.replace('matchLabels: {app: web}', 'matchLabels: {app: other}');
  const { stack } = await read(broken + SERVICE.replace('name: web}', 'name: web-1.0}'));
  await expect(stack).rejects.toMatchObject({
    code: 'classic-form',
    problems: [
      { text: expect.stringContaining('cannot contain a dot') },
      { text: expect.stringContaining('must match the labels of its pod template') },
    ],
  });
});
