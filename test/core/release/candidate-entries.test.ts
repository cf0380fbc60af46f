import { describe, expect, test } from 'vitest';
import { withoutExposure } from '../../../src/core/kube/exposure.ts';
import type { Service } from '../../../src/core/kube/objects.ts';
import { candidateEntries, entriesOfCandidate } from '../../../src/core/release/candidate-entries.ts';
import { counterparts, entry, service, slice, stackService } from '../../state/app.ts';

/** Plain Services while nothing is live. */

type Unreleased = Parameters<typeof candidateEntries>[2];
const nothing: Unreleased = { app: 'web', services: [], slices: [], named: new Set(), superseded: undefined };
const basesOf = (more: Partial<Unreleased>, own = [stackService('v2')]) =>
  candidateEntries(counterparts('v2'), own, { ...nothing, ...more }).map(({ baseName }) => baseName);
const DNS = 'external-dns.alpha.kubernetes.io';
const managed = (one: Service): Service => ({
  ...one,
  metadata: { ...one.metadata, managedFields: [{ manager: 'greenpath', operation: 'Update' }] },
});

describe('a plain Service leads to the candidate', () => {
  test('if there is none', () => {
    expect(basesOf({})).toEqual(['web']);
  });

  test('unless a route names it: visitors would get the candidate', () => {
    expect(basesOf({ named: new Set(['web']) })).toEqual([]);
  });

  test('unless it has an address outside of the cluster', () => {
    const exposed = stackService('v2');
    exposed.spec.type = 'LoadBalancer';
    withoutExposure(exposed);
    expect(basesOf({}, [exposed])).toEqual([]);
  });

  test.each([
    ['a type', (one: Service) => Object.assign(one.spec, { type: 'NodePort' })],
    ['an address', (one: Service) => Object.assign(one.spec, { externalIPs: ['198.51.100.7'] })],
    ['a name', (one: Service) => Object.assign(one.metadata.annotations ?? {}, { [`${DNS}/hostname`]: 'web.test' })],
  ])('unless the one that exists has %s for callers from outside', (_, publish) => {
    const services = [entry('v1')];
    expect(basesOf({ services })).toEqual(['web']);
    services.forEach(publish);
    expect(basesOf({ services })).toEqual([]);
  });

  test('unless somebody else made it', () => {
    expect(basesOf({ services: [service('web', { app: 'web', revision: 'v2' })] })).toEqual([]);
    const others = entry('v2');
    others.metadata.annotations = { 'greenpath.dev/entry': 'other' };
    expect(basesOf({ services: [others] })).toEqual([]);
  });

  test('if it did already, with other ports perhaps', () => {
    expect(basesOf({ services: [entry('v2')], slices: [slice('web', 1)] })).toEqual(['web']);
  });

  test('if it led to the candidate that is replaced', () => {
    const services = [stackService('v1'), entry('v1')];
    expect(basesOf({ services, slices: [slice('web', 1)], superseded: 'v1' })).toEqual(['web']);
  });

  test('unless it leads to pods that answer', () => {
    const services = [stackService('v1'), entry('v1')];
    expect(basesOf({ services, slices: [slice('web', 1)] })).toEqual([]);
    expect(basesOf({ services, slices: [slice('web', 0, 1)] })).toEqual(['web']);
  });
});

describe('of a candidate that is rejected', () => {
  const own = [stackService('v2')];
  const left = (entries: Service[], revision?: string) =>
    entriesOfCandidate({ app: 'web', services: [...own, ...entries], revision }, 'v2').map(
      ({ metadata }) => metadata.name,
    );

  test('goes what Greenpath created for it', () => {
    expect(left([managed(entry('v2'))])).toEqual(['web']);
  });

  test('goes nothing while something is live', () => {
    expect(left([managed(entry('v2'))], 'v1')).toEqual([]);
  });

  test('stays what leads elsewhere, what others wrote to, and what is no plain Service of the app', () => {
    expect(left([managed(entry('v1'))])).toEqual([]);
    expect(left([entry('v2')])).toEqual([]);
    expect(left([managed(service('web', { app: 'web', revision: 'v2' }))])).toEqual([]);
  });
});
