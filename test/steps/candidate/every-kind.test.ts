import { expect, test } from 'vitest';
import { isOptional, type StackKind } from '../../../src/core/kube/kind-row.ts';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import { STACK_KINDS } from '../../../src/core/kube/turns.ts';
import { listOwned } from '../../../src/state/owned-objects.ts';
import { applyStack } from '../../../src/steps/candidate/apply.ts';
import { removeStack } from '../../../src/steps/objects/remove-stack.ts';
import { type Answering, json } from '../../cluster/server.ts';
import { items, type Looking, look } from '../../state/app.ts';
import { PLAIN, stackOf } from '../stacks.ts';

/** The steps themselves write, look for and remove objects of every kind of which stacks consist. */

const LABELS = { 'greenpath.dev/app': 'web', 'greenpath.dev/revision': 'v2' };
const one = ({ apiVersion, kind }: StackKind): KubeObject => ({
  apiVersion,
  kind,
  metadata: {
    name: `${kind.toLowerCase()}-v2`,
    uid: kind,
    resourceVersion: '7',
    labels: LABELS,
    managedFields: [{ manager: 'greenpath', operation: 'Apply' }],
  },
});
const ALL = STACK_KINDS.map(one);
/** The plurals of all objects to which such requests were sent, in order. */
const resources = ({ asked }: Looking, method: string) =>
  asked.filter((request) => request.method === method).map(({ path }) => path.split('/').at(-2));
const by = (key: 'applied' | 'removed') =>
  STACK_KINDS.toSorted((a, b) => a[key] - b[key]).map(({ resource }) => resource);

/** Answers each write with what was sent, and has nothing else. */
const echo: Answering = (response, asked, count) =>
  (asked.method === 'PATCH' ? json(200, asked.body) : items())(response, asked, count);

test('each is applied, in the order of the table', async () => {
  const looking = await look({}, echo);
  const stack = stackOf(...PLAIN);
  const own = ALL.map((object) => ({ object, given: object.kind, place: { file: 'all.yaml' } }));
  const routes = {
    previews: [],
    parking: { objects: [], routes: [] },
    kind: { by: 'path' as const, path: '/green' },
    joined: [],
  };
  const names = { own: [], headless: [], tooMany: 0, known: new Map() };
  const more = {
    names,
    dropped: [],
    role: 'absent' as const,
    shared: [],
    adopted: [],
    routes,
    entries: [],
    exposed: [],
    served: true,
    unpreviewed: [],
  };
  await applyStack(looking.run, { stack: { ...stack, own }, ...more }, new Map(), undefined);
  expect(resources(looking, 'PATCH')).toEqual([...by('applied'), 'configmaps']);
});

test('each is looked for; one that not every cluster has only where a Service says that it is there', async () => {
  const none = await look({}, items());
  await listOwned(none.run, 'v2');
  const everywhere = STACK_KINDS.filter((kind) => !isOptional(kind)).map(({ resource }) => resource);
  expect(none.asked.map(({ path }) => path.split('/').at(-1)).toSorted()).toEqual(everywhere.toSorted());

  const kinds = STACK_KINDS.filter(isOptional)
    .map(({ kind }) => kind)
    .join(',');
  const service = { metadata: { name: 'web-v2', labels: LABELS, annotations: { 'greenpath.dev/kinds': kinds } } };
  const looking = await look({}, (response, asked, count) =>
    items(...(asked.path.endsWith('/services') ? [service] : []))(response, asked, count),
  );
  await listOwned(looking.run, 'v2');
  const listed = looking.asked.map(({ path }) => path.split('/').at(-1));
  expect(listed.toSorted()).toEqual(by('removed').toSorted());
});

test('each is removed, in the order of the table', async () => {
  const looking = await look({}, items());
  await removeStack(looking.run, { revision: 'v2', objects: ALL, releaseRecord: undefined });
  expect(resources(looking, 'DELETE')).toEqual(by('removed'));
});
