import { describe, expect, test } from 'vitest';
import { objectAt, objectsAt } from '../../../src/core/base/json.ts';
import { colour } from '../../../src/core/colouring/colour.ts';
import { type KubeObject, nameOf } from '../../../src/core/kube/objects.ts';
import { podLabels, podSpecOf } from '../../../src/core/kube/workload.ts';
import { identifiers, manifestsOf, present } from '../support.ts';

const coloured = (text: string, revision = 'v1.24.0'): KubeObject[] =>
  colour(manifestsOf(text), identifiers(revision)).map(({ object }) => object);
const deployment = (containers: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {${containers}}}}`;
const containersOf = (text: string, list = 'containers') =>
  objectsAt(podSpecOf(present(coloured(text)[0])), list).map((container) => container.env);

const SUFFIX = { name: 'GREENPATH_SUFFIX', value: '-v1-24-0' };

describe('GREENPATH_SUFFIX', () => {
  test('stands first, so that $(GREENPATH_SUFFIX) in every other value is replaced', () => {
    const text = deployment('containers: [{name: web, env: [{name: API, value: "http://api$(GREENPATH_SUFFIX)"}]}]');
    expect(containersOf(text)).toEqual([[SUFFIX, { name: 'API', value: 'http://api$(GREENPATH_SUFFIX)' }]]);
  });

  test.each(['containers', 'initContainers'])('is in each of %s', (list) => {
    expect(containersOf(deployment(`${list}: [{name: a}, {name: b, env: []}, {name: c, env: null}]`), list)).toEqual([
      [SUFFIX],
      [SUFFIX],
      [SUFFIX],
    ]);
  });

  test('is the end of the names', () => {
    const text = `${deployment('containers: [{name: web}]')}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: api}`;
    for (const revision of ['v1.24.0', 'Feature_X', 'x'.repeat(63)]) {
      const [web, api] = coloured(text, revision);
      const [container] = objectsAt(podSpecOf(present(web)), 'containers');
      expect(present(api).metadata.name).toBe(`api${objectsAt(container, 'env')[0]?.value}`);
    }
  });

  test('a container that defines it keeps its own', () => {
    const own = '[{name: A, value: b}, {name: GREENPATH_SUFFIX, value: mine}]';
    expect(containersOf(deployment(`containers: [{name: a, env: ${own}}, {name: b}]`))).toEqual([
      [
        { name: 'A', value: 'b' },
        { name: 'GREENPATH_SUFFIX', value: 'mine' },
      ],
      [SUFFIX],
    ]);
  });

  test('an env that is no list is left to the API server', () => {
    expect(containersOf(deployment('containers: [{name: a, env: {A: b}}]'))).toEqual([{ A: 'b' }]);
  });

  test('text is not rewritten', () => {
    const command = '["sh", "-c", "curl http://web; echo web"]';
    const [object] = coloured(deployment(`containers: [{name: web, command: ${command}}]`));
    expect(objectsAt(podSpecOf(present(object)), 'containers')[0]?.command).toEqual(JSON.parse(command));
  });
});

const JOB = `
apiVersion: batch/v1
kind: Job
metadata: {name: migrate, annotations: {greenpath.dev/hook: pre-deploy}}
spec:
  backoffLimit: 0
  template:
    metadata: {labels: {job: migrate}}
    spec:
      restartPolicy: Never
      containers: [{name: migrate, envFrom: [{secretRef: {name: db}}, {configMapRef: {name: foreign}}]}]
---
apiVersion: v1
kind: Secret
metadata: {name: db}
`;

describe('a Job', () => {
  test('gets name, labels, references and suffix, and no selector', () => {
    const [job, secret] = coloured(JOB);
    expect(nameOf(present(job))).toBe('Job migrate-v1-24-0');
    expect(nameOf(present(secret))).toBe('Secret db-v1-24-0');
    expect(podLabels(present(job))).toEqual({ job: 'migrate', revision: 'v1.24.0' });
    const { template, ...rest } = objectAt(present(job), 'spec');
    expect(rest).toEqual({ backoffLimit: 0 });
    expect(objectAt(template, 'spec')).toEqual({
      restartPolicy: 'Never',
      containers: [
        {
          name: 'migrate',
          env: [SUFFIX],
          envFrom: [{ secretRef: { name: 'db-v1-24-0' } }, { configMapRef: { name: 'foreign' } }],
        },
      ],
    });
  });
});
