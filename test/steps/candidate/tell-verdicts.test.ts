import { expect, test } from 'vitest';
import { tellVerdicts } from '../../../src/steps/candidate/tell-verdicts.ts';
import { look } from '../../state/app.ts';
import { deployment, PLAIN, SERVICE, stackOf } from '../stacks.ts';

const custom = (name: string) =>
  `{apiVersion: monitoring.coreos.com/v1, kind: ServiceMonitor, metadata: {name: ${name}}, spec: {}}`;

test('what each revision has no copy of is told with the reason: a line each, and one notice of what is left alone', async () => {
  const { run, told } = await look();
  const database = deployment('db', 'volumes: [{name: data, emptyDir: {}}], ').replace('acme/web', 'redis');
  tellVerdicts(run, stackOf(...PLAIN, database, SERVICE.replaceAll('web', 'db'), custom('a'), custom('b')));
  expect(told()).toContain('Deployment db is backing: runs Redis (image redis)');
  expect(told()).toContain('Service db is backing: it selects the pods of Deployment db');
  expect(told()).toContain('ServiceMonitor a is left alone: its kind is unknown to Greenpath');
  expect(told().match(/::notice::/g)).toHaveLength(1);
  expect(told()).toContain(
    '2 objects of the manifests are left alone and not written: ServiceMonitor a, ServiceMonitor b',
  );
  // The volume of the front is called data and lies at /data.
  expect(told()).toContain('Deployment web is taken for stateless, so each revision has its own, but it keeps /data');
});

test('a stack of which each revision has everything is told nothing', async () => {
  const { run, told } = await look();
  tellVerdicts(run, stackOf(deployment('web'), SERVICE));
  expect(told()).toBe('');
});

test.each<[string, string, 'keep' | 'apply', boolean]>([
  ['only a backing workload uses', 'acme/uploads', 'keep', true],
  ['a part of the release uses too', 'acme/web', 'keep', false],
  ['only a backing workload uses, which is applied in place', 'acme/uploads', 'apply', false],
])('whether it warns of a new image that %s', async (_, name, backing, isTold) => {
  const { run, told } = await look();
  const { inputs } = run;
  const images = new Map([[name, `${name}:2`]]);
  const once = deployment('uploads', '', 'strategy: {type: Recreate}, ').replace(
    'image: acme/web',
    `image: "${name}:2"`,
  );
  const stack = stackOf(
    deployment('web').replace('image: acme/web', 'image: "acme/web:2"'),
    SERVICE,
    once,
    SERVICE.replaceAll('web', 'uploads'),
  );
  tellVerdicts({ ...run, inputs: { ...inputs, images, config: { ...inputs.config, backing } } }, stack);
  const said = `::input images: ${name} is the image of Deployment uploads, which is backing (says strategy: Recreate)`;
  expect(told().includes(said)).toBe(isTold);
});
