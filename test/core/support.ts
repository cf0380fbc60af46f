import fc from 'fast-check';
import type { Ways } from '../../src/core/base/ways.ts';
import type { Identifiers } from '../../src/core/colouring/identifiers.ts';
import type { OfferedService } from '../../src/core/kube/counterpart.ts';
import type { KubeObject, Service } from '../../src/core/kube/objects.ts';
import type { RevisionServices } from '../../src/core/kube/revision-services.ts';
import { type Manifest, parseManifests } from '../../src/core/manifests/manifests.ts';

/** Identifiers of a release of `web` in namespace `shop`. */
export function identifiers(revision = 'v2', more: Partial<Identifiers> = {}): Identifiers {
  return { app: 'web', revision, namespace: 'shop', revisionLabel: 'revision', ...more };
}

/** The objects in `text`, which must be good YAML of good objects. */
export function manifestsOf(text: string, file = 'all.yaml'): Manifest[] {
  const { manifests, problems } = parseManifests([{ from: file, text }]);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return manifests;
}

/** A ConfigMap without content, as a file has it. */
export function configMapText(name: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;
}

/** One object from YAML. */
export function objectOf(text: string): KubeObject {
  return only(manifestsOf(text)).object;
}

/** The one item of a list that must have exactly one. */
export function only<T>(items: readonly T[]): T {
  const [first, ...rest] = items;
  if (first === undefined || rest.length > 0) throw new Error(`expected one item: ${JSON.stringify(items)}`);
  return first;
}

/** What is there: for tests that would make no sense without it. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('expected a value');
  return value;
}

/** What `run` throws. */
export function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('expected it to throw');
}

/** A Service of `revision` as it is in the cluster. */
export function service(name: string, revision?: string, labels: Record<string, string> = {}): Service {
  const selector = { app: 'web', ...(revision === undefined ? {} : { revision }) };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, labels }, spec: { selector, ports: [{ port: 80 }] } };
}

/** What a candidate `web` with port 80, called http, offers. */
export const COUNTERPART: OfferedService = {
  service: 'web-v2',
  baseName: 'web',
  ports: [{ number: 80, name: 'http' }],
};

/** The side of a revision with one Service. */
export function side(name: string, revision = 'v2', baseName = 'web'): RevisionServices {
  return { revision, services: { [baseName]: name } };
}

const LETTER_OR_DIGIT = [...'abcxyzABCXYZ0189'];
const INNER = [...LETTER_OR_DIGIT, '-', '.', '_'];

/** Any revision: a label value, often one that looks like another. */
export const revisions: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('v1.24.0', 'v1-24-0', 'V1.24.0', 'v1_24_0', 'a', 'A', '1', '0a1b2c3', 'x'.repeat(63)),
  fc
    .tuple(
      fc.constantFrom(...LETTER_OR_DIGIT),
      fc.array(fc.constantFrom(...INNER), { maxLength: 61 }),
      fc.constantFrom(...LETTER_OR_DIGIT),
    )
    .map(([first, inner, last]) => `${first}${inner.join('')}${last}`),
);

/** Any DNS-1035 label, which is what a Service's name is. */
export const dnsLabels: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(...'abz'),
    fc.array(fc.constantFrom(...'abz09-'), { maxLength: 61 }),
    fc.constantFrom(...'az09', ''),
  )
  .map(([first, inner, last]) => `${first}${inner.join('')}${last}`.replace(/-+$/, ''));

export const DNS_1035 = /^[a-z]([a-z0-9-]*[a-z0-9])?$/;
export const DNS_SUBDOMAIN = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

/** A user that says nothing of how hosts are reached. */
export const NO_WAYS: Ways = { hosts: [], addresses: [], ca: undefined };
