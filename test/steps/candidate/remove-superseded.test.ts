import { expect, test } from 'vitest';
import type { Service } from '../../../src/core/kube/objects.ts';
import { removeSuperseded } from '../../../src/steps/candidate/remove-superseded.ts';
import { json } from '../../cluster/server.ts';
import { ofRevision, recordOf, shop } from '../../modes/app.ts';
import {
  counterparts,
  entry,
  httpRouteTo,
  ingress,
  items,
  KINDS_OF_GATEWAY_API,
  look,
  situation,
  stackService,
} from '../../state/app.ts';
import { deployed } from '../stacks.ts';

/** A first candidate that another one replaces: what is deleted of it. */

const managed = (one: Service): Service => ({
  ...one,
  metadata: { ...one.metadata, managedFields: [{ manager: 'greenpath', operation: 'Update' }] },
});
const bothOf = (revision: string) => [stackService(revision), stackService(revision, 'cart')];
const cart = {
  ...deployed('cart-v1', 1, 'v1'),
  spec: { template: { metadata: { labels: { app: 'cart', revision: 'v1' } } } },
};

async function replaced(
  plain: readonly Service[],
  ingresses = [ingress('other', { paths: { '/other': 'other' } })],
  httpRoutes: readonly object[] = [],
) {
  const all = [...bothOf('v1'), stackService('v2'), ...plain];
  const record = recordOf('v1', { counterparts: counterparts('v1', 'web', 'cart') });
  const looking = await look(
    {},
    shop({
      ingresses,
      services: all,
      records: [record],
      more: {
        'GET services': ofRevision({ v1: bothOf('v1') }, all),
        'GET deployments': items(cart),
        'PATCH configmaps/greenpath-web-v1': json(200, record),
        ...KINDS_OF_GATEWAY_API,
        'GET httproutes': items(...httpRoutes),
      },
    }),
  );
  const planned = [ingress('web', { paths: { '/': 'web' } })];
  await removeSuperseded(looking.run, situation(looking, { services: all }, counterparts('v2'), planned), 'v1');
  const deleted = looking.asked.filter(({ method, path }) => method === 'DELETE' && path.includes('/services/'));
  const writes = looking.asked.filter(({ method }) => method !== 'GET');
  return { told: looking.told(), deleted: deleted.map(({ path }) => path.split('/').at(-1)), writes };
}

test('with it goes the plain Service of a part that the new candidate lacks, and none that leads to the new one', async () => {
  const { deleted, told, writes } = await replaced([managed(entry('v2')), managed(entry('v1', 'cart'))]);
  expect(deleted).toEqual(['cart', 'web-v1', 'cart-v1']);
  expect(told).not.toContain('has replaced it');
  // Whatever comes next sees that it is being removed, even if this run is interrupted.
  expect(writes[0]).toMatchObject({ method: 'PATCH', path: expect.stringContaining('/configmaps/') });
  expect(JSON.stringify(writes[0])).toContain('retiring');
});

test('it stays if somebody else keeps a plain Service that leads to it, or a route names one', async () => {
  const edited = await replaced([entry('v1', 'cart')]);
  expect(edited.deleted).toEqual([]);
  expect(edited.told).toContain('v1 stays, although v2 has replaced it: Service cart leads to it');
  const named = await replaced([managed(entry('v1', 'cart'))], [ingress('other', { paths: { '/other': 'cart' } })]);
  expect(named.deleted).toEqual([]);
  expect(named.told).toContain('Ingress other leads to it');
  const elsewhere = await replaced([], undefined, [httpRouteTo('cart-v1')]);
  expect(elsewhere.deleted).toEqual([]);
  expect(elsewhere.told).toContain('HTTPRoute web leads to it');
});
