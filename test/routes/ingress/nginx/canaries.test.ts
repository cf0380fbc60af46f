import { describe, expect, test } from 'vitest';
import { canariesOf, isCanary } from '../../../../src/routes/ingress/nginx/canaries.ts';
import type { Ingress } from '../../../../src/routes/ingress/object.ts';
import { only, present, side } from '../../../core/support.ts';
import { liveOf, read, splitRoute } from '../../ingresses.ts';

/** Which Ingresses of a team take visitors of a live path elsewhere. */

const routes = [liveOf(splitRoute())];
const GREEN = side('web-v2');

/** An Ingress like the live one that leads to Service `beta`, with these annotations less their prefix. */
function canary(annotations: Record<string, string>, change: (ingress: Ingress) => void = () => undefined): Ingress {
  const ingress = splitRoute();
  const entries = Object.entries(annotations).map(([key, value]) => [`nginx.ingress.kubernetes.io/${key}`, value]);
  ingress.metadata = { name: 'beta', annotations: Object.fromEntries(entries) };
  present(ingress.spec.rules?.[0]?.http?.paths[0]).backend = { service: { name: 'beta', port: { number: 80 } } };
  change(ingress);
  return ingress;
}
const found = (ingress: Ingress) => canariesOf({ routes, to: GREEN, all: [...routes, read(ingress)] });
const pathIn = (ingress: Ingress) => present(ingress.spec.rules?.[0]?.http?.paths[0]);

describe('takes visitors', () => {
  test.each<[Record<string, string>, number]>([
    [{ canary: 'true', 'canary-weight': '5' }, 5],
    [{ canary: 'True', 'canary-weight': '100' }, 100],
    [{ canary: '1', 'canary-weight': '250' }, 100],
    [{ canary: 'true', 'canary-weight': '5', 'canary-weight-total': '1000' }, 0.5],
    [{ canary: 'true', 'canary-weight': '5', 'canary-weight-total': '10' }, 5],
    [{ canary: 'true', 'canary-weight': '5', 'canary-by-header': 'X-Beta' }, 5],
  ])('%o: %d %%', (annotations, percent) => {
    expect(only(found(canary(annotations)))).toEqual({
      route: 'Ingress beta',
      place: 'example.com/',
      service: 'beta',
      percent,
      end: 'Set canary-weight of Ingress beta to "0", or delete it',
    });
  });

  test('where its path is of a type that one of the routers takes for the same', () => {
    const other = canary({ canary: 'true', 'canary-weight': '5' }, (ingress) => {
      pathIn(ingress).pathType = 'ImplementationSpecific';
    });
    expect(found(other)).toHaveLength(1);
  });
});

describe('takes visitors of a router that may serve it', () => {
  const WEIGHT = { canary: 'true', 'canary-weight': '5' };
  const servedAt = (ingress: Ingress, ...ips: string[]): Ingress => ({
    ...ingress,
    status: { loadBalancer: { ingress: ips.map((ip) => ({ ip })) } },
  });
  const ofClass = (name: string | undefined) =>
    canary(WEIGHT, (ingress) => {
      if (name === undefined) delete ingress.spec.ingressClassName;
      else ingress.spec.ingressClassName = name;
    });
  const live = servedAt(splitRoute({ spec: 'ingressClassName: nginx' }), '10.0.0.1');

  test.each<[string, Ingress, number]>([
    ['without a class', ofClass(undefined), 1],
    ['of another class, at the same address', servedAt(ofClass('beta'), '10.0.0.1'), 1],
    ['of another class, at an address of its own', servedAt(ofClass('beta'), '10.0.0.2'), 0],
  ])('%s', (_, other, count) => {
    expect(canariesOf({ routes: [liveOf(live)], to: GREEN, all: [read(live), read(other)] })).toHaveLength(count);
  });
});

describe('takes nobody who does not ask for it', () => {
  test.each<[string, Ingress]>([
    ['by a header', canary({ canary: 'true', 'canary-by-header': 'X-Beta' })],
    ['by a cookie', canary({ canary: 'true', 'canary-by-cookie': 'beta', 'canary-weight': '0' })],
    ['of no weight', canary({ canary: 'true', 'canary-weight': '-5' })],
    ['of a weight that is no number', canary({ canary: 'true', 'canary-weight': '5%' })],
    ['no canary', canary({ 'canary-weight': '50' })],
    ['not any more', canary({ canary: 'false', 'canary-weight': '50' })],
    [
      'at another host',
      canary({ canary: 'true', 'canary-weight': '50' }, (ingress) => {
        present(ingress.spec.rules?.[0]).host = 'www.example.com';
      }),
    ],
    [
      'at another path',
      canary({ canary: 'true', 'canary-weight': '50' }, (ingress) => {
        pathIn(ingress).path = '/beta';
      }),
    ],
    [
      'to the very Service',
      canary({ canary: 'true', 'canary-weight': '50' }, (ingress) => {
        pathIn(ingress).backend = { service: { name: 'web-v2', port: { number: 80 } } };
      }),
    ],
  ])('%s', (_, ingress) => {
    expect(found(ingress)).toEqual([]);
  });
});

test('isCanary reads what Go takes for true', () => {
  for (const text of ['true', 'TRUE', 'T', '1']) expect(isCanary(canary({ canary: text }))).toBe(true);
  for (const text of ['yes', 'on', '', 'tRUE']) expect(isCanary(canary({ canary: text }))).toBe(false);
});
