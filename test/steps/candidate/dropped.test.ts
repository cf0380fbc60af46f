import { expect, test } from 'vitest';
import type { Stack } from '../../../src/core/colouring/stack.ts';
import { recordedObject } from '../../../src/core/release/record.ts';
import { droppedFrom, removeDropped, removeDroppedServices } from '../../../src/steps/candidate/dropped.ts';
import { ofRevision, recordOf, shop } from '../../modes/app.ts';
import { counterparts, ingress, items, look, situation, stackService } from '../../state/app.ts';
import { deployed } from '../stacks.ts';

/** What a corrected candidate no longer has: what is deleted of it, and when. */

const [web, mail] = [deployed('web-v2'), deployed('mail-v2')];
const [service, gone] = [stackService('v2'), stackService('v2', 'mail')];
const created = (object: typeof web) => recordedObject(object, { created: true });
const before = {
  release: {
    objects: [created(web), created(mail), created(gone), recordedObject(deployed('by-hand'), { created: false })],
  },
} as unknown as Parameters<typeof droppedFrom>[1];
const stack = { own: [web, service].map((object) => ({ object })) } as unknown as Stack;

async function removal(...others: ReturnType<typeof ingress>[]) {
  const ingresses = [ingress('web', { paths: { '/': 'web' } }), ...others];
  const services = [service, gone];
  let lists = 0;
  const looking = await look(
    {},
    shop({
      ingresses,
      services,
      records: [recordOf('v2')],
      more: {
        'GET services': ofRevision({ v2: services }, services),
        // It is gone when it is looked for again.
        'GET deployments': (...request) => {
          lists += 1;
          items(...(lists === 1 ? [web, mail] : [web]))(...request);
        },
      },
    }),
  );
  const deleted = () =>
    looking.asked.flatMap(({ method, path }) => (method === 'DELETE' ? path.split('/').slice(-2).join('/') : []));
  const now = situation(looking, { services }, counterparts('v2'), ingresses);
  return { ...looking, deleted, now };
}

test('what Greenpath created and the manifests lack is dropped, and nothing else', () => {
  expect(droppedFrom(stack, before).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'Deployment mail-v2',
    'Service mail-v2',
  ]);
  expect(droppedFrom(stack, undefined)).toEqual([]);
});

test('its Deployments go at first, and its Services once the preview names others', async () => {
  const { run, now, deleted } = await removal();
  const dropped = droppedFrom(stack, before);
  await removeDropped(run, dropped);
  expect(deleted()).toEqual(['deployments/mail-v2']);
  await removeDroppedServices(run, now, dropped);
  expect(deleted()).toEqual(['deployments/mail-v2', 'services/mail-v2']);
});

test('a Service that a route names stays, and the route is named', async () => {
  const { run, now, deleted, told } = await removal(ingress('other', { paths: { '/mail': 'mail-v2' } }));
  await removeDroppedServices(run, now, droppedFrom(stack, before));
  expect(deleted()).toEqual([]);
  expect(told()).toContain(
    'Service mail-v2 stays, although it is no longer in the manifests: Ingress other leads to it',
  );
});

test('nothing is read where nothing was dropped', async () => {
  const { run, now, asked } = await removal();
  const count = asked.length;
  await removeDropped(run, []);
  await removeDroppedServices(run, now, []);
  expect(asked.length).toBe(count);
});
