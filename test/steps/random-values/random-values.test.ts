import { describe, expect, test } from 'vitest';
import { colouredName } from '../../../src/core/base/revision.ts';
import { type KubeObject, nameOf } from '../../../src/core/kube/objects.ts';
import { json } from '../../cluster/server.ts';
import { items } from '../../state/app.ts';
import { deployment, PLAIN, stackOf } from '../stacks.ts';
import { keep, NOTHING_LIVE, present, RENDERINGS, secret } from './random.ts';

/** Random values of a chart are those that the cluster has already, and the log names them. */

const passwords = ({
  own,
  shared,
}: {
  own: readonly { object: KubeObject }[];
  shared: readonly { object: KubeObject }[];
}) =>
  Object.fromEntries(
    [...own, ...shared].flatMap(({ object }) =>
      object.kind === 'Secret'
        ? [[object.metadata.name, Buffer.from((object.data as { password: string }).password, 'base64').toString()]]
        : [],
    ),
  );
describe('the value is', () => {
  test('that of the live version, and of the database that exists', async () => {
    const { kept, looking } = await keep(RENDERINGS, {
      'GET secrets': items(present('app', 'of-the-live', 'v1')),
      'GET secrets/db': json(200, present('db', 'of-the-live')),
    });
    expect(passwords(kept)).toEqual({ 'app-v2': 'of-the-live', db: 'of-the-live' });
    expect(looking.told()).toContain('Secret app has random values: data.password is kept from Secret app-v1');
    expect(looking.told()).toContain('Secret db has random values: data.password is kept from Secret db');
    expect(looking.told()).not.toContain('of-the-live');
    expect(
      looking.asked.map(({ path, query }) =>
        `${path.split('/').slice(5).join('/')} ${query.labelSelector ?? ''}`.trim(),
      ),
    ).toEqual(['secrets greenpath.dev/app=web,greenpath.dev/revision in (v2,v1)', 'secrets/db']);
  });

  test('that of this revision, if it exists: the candidate stays as it is', async () => {
    const secrets = items(present('app', 'of-the-live', 'v1'), present('app', 'of-its-own', 'v2'));
    const { kept } = await keep([[secret('app', 'first-one')], [secret('app', 'second-1')]], {
      'GET secrets': secrets,
    });
    expect(passwords(kept)).toEqual({ 'app-v2': 'of-its-own' });
  });

  test('that of the database, where the application has none yet', async () => {
    const { kept } = await keep(RENDERINGS, { 'GET secrets/db': json(200, present('db', 'of-the-database')) });
    expect(passwords(kept)).toEqual({ 'app-v2': 'of-the-database', db: 'of-the-database' });
  });

  test('that of the plain name: what Helm installed before, and what was backing or coloured in an earlier release', async () => {
    const helm = await keep([[secret('app', 'first-one')], [secret('app', 'second-1')]], {
      'GET secrets/app': json(200, present('app', 'of-helm')),
    });
    expect(passwords(helm.kept)).toEqual({ 'app-v2': 'of-helm' });
    const earlier = await keep(RENDERINGS, {
      'GET secrets': items(present('db', 'of-v1', 'v1'), present('app', 'of-v1', 'v1')),
    });
    expect(passwords(earlier.kept)).toEqual({ 'app-v2': 'of-v1', db: 'of-v1' });
  });

  test('not that of another app', async () => {
    const strange = {
      ...present('app', 'of-a-stranger'),
      metadata: { name: 'app', labels: { 'greenpath.dev/app': 'other' } },
    };
    const { kept } = await keep([[secret('app', 'first-one')], [secret('app', 'second-1')]], {
      'GET secrets/app': json(200, strange),
    });
    expect(passwords(kept)).toEqual({ 'app-v2': 'first-one' });
  });

  test('that of the first rendering, if there is none', async () => {
    const { kept, looking } = await keep(RENDERINGS, {}, NOTHING_LIVE);
    expect(passwords(kept)).toEqual({ 'app-v2': 'first-one', db: 'first-one' });
    expect(looking.told()).toContain('Secret app has random values: data.password is new');
    expect(looking.told()).not.toContain('::notice');
  });

  test('only of what is random: not what differs from an object of the same name in another namespace', async () => {
    const map = (namespace: string, a: string) =>
      `{apiVersion: v1, kind: ConfigMap, metadata: {name: conf, namespace: ${namespace}}, data: {a: ${a}}}`;
    const role = (namespace: string, verb: string) =>
      `{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: web, namespace: ${namespace}},
        rules: [{apiGroups: [''], resources: [pods], verbs: [get${verb}]}]}`;
    const text = (password: string) => [
      ...[map('shop', 'feature-on'), map('monitoring', 'scrape'), role('shop', ', list'), role('kube-system', '')],
      secret('app', password),
    ];
    const labels = { 'greenpath.dev/app': 'web', 'greenpath.dev/revision': 'v1', 'greenpath.dev/name': 'conf' };
    const live = { kind: 'ConfigMap', metadata: { name: 'conf-v1', labels }, data: { a: 'feature-off' } };
    const { kept } = await keep([text('first-one'), text('second-1')], { 'GET configmaps': items(live) });
    const conf = [...kept.own, ...kept.shared].find(({ given }) => given === 'ConfigMap conf');
    expect(conf?.object.data).toEqual({ a: 'feature-on' });
  });

  test('new beside others that are kept: that is worth a notice', async () => {
    const one = [secret('app', 'first-one', ', hash: first-hash')];
    const { looking } = await keep([one, [secret('app', 'second-1', ', hash: second-hash')]], {
      'GET secrets': items(present('app', 'of-the-live', 'v1')),
    });
    expect(looking.told()).toContain(
      'Secret app has random values: data.password is kept from Secret app-v1; data.hash is new',
    );
    expect(looking.told()).toContain(
      '::notice::Some random values of the chart are kept and some are new: data.hash of Secret app.',
    );
  });

  test('that of the live version, even if its name is too long for a label', async () => {
    const [name, copy] = ['n'.repeat(70), colouredName('n'.repeat(70), 'v1')];
    const old = present('x', 'of-the-live', 'v1');
    const labels = { 'greenpath.dev/app': 'web', 'greenpath.dev/revision': 'v1' };
    const { kept } = await keep([[secret(name, 'first-one')], [secret(name, 'second-1')]], {
      'GET secrets': items({ ...old, metadata: { name: copy, labels } }),
    });
    expect(Object.values(passwords(kept))).toEqual(['of-the-live']);
  });
});

describe('the content of the stack', () => {
  const CHECKED = (sum: string) => [
    deployment('front', 'volumes: [{name: data, emptyDir: {}}], ').replace(
      'labels: {app: front}}, spec: {v',
      `labels: {app: front}, annotations: {checksum/secret: ${sum}}}, spec: {v`,
    ),
  ];

  test('is the same as when it was deployed, with its checksums', async () => {
    const live = stackOf(...PLAIN, ...CHECKED('a'.repeat(64)));
    const front = live.own.find(({ object }) => nameOf(object) === 'Deployment front-v2')?.object;
    const { kept, stack } = await keep([CHECKED('b'.repeat(64)), CHECKED('c'.repeat(64))], {
      'GET deployments': items(front ?? {}),
    });
    expect(kept.digest).toBe(live.digest);
    expect(stack.digest).not.toBe(live.digest);
  });

  test('is untouched if nothing is random, and nobody is asked', async () => {
    const { kept, stack, looking } = await keep([[secret('app', 'one')], [secret('app', 'one')]]);
    expect(kept).toBe(stack);
    expect(looking.asked).toEqual([]);
  });
});

test('places that have one value in the chart and several in the cluster are told', async () => {
  const { looking, kept } = await keep(RENDERINGS, {
    'GET secrets': items(present('app', 'of-the-live', 'v1')),
    'GET secrets/db': json(200, present('db', 'of-the-database')),
  });
  expect(passwords(kept)).toEqual({ 'app-v2': 'of-the-live', db: 'of-the-database' });
  expect(looking.told()).toMatch(
    /::warning::data.password of Secret \w+ and data.password of Secret \w+ are one random value in the chart, but differ/,
  );
});
