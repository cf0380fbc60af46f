import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { requestsOf } from '../../harness/action.ts';
import { snapshot } from './observe.ts';
import { deployment, service } from './parts.ts';
import { Place } from './place.ts';
import { allowOptional } from './whole-role.ts';

/**
 * For any application and any order of modes, through the real API server: no backing object is created twice, updated
 * or deleted.
 */

const cluster = inject('cluster');
/** Each takes a minute or two. */
const RUNS = 3;
const part = fc.record({
  kind: fc.constantFrom('Deployment', 'StatefulSet'),
  why: fc.constantFrom('recreated', 'annotated', 'ported'),
});
const act = fc.constantFrom(
  'deploy-green',
  'deploy-green',
  'verify',
  'promote',
  'promote',
  'rollback',
  'reject',
  'retire',
);
const lives = fc.record({
  parts: fc.array(part, { minLength: 1, maxLength: 3 }),
  acts: fc.array(act, { minLength: 5, maxLength: 7 }),
});
type Part = typeof part extends fc.Arbitrary<infer T> ? T : never;
let place: Place;
let count = 0;

beforeAll(async () => {
  place = await Place.open('lives', 'ReadWriteOnce');
  await allowOptional(place.world);
});
afterAll(() => place.close());

/** A part with state, whose manifest says something else in each revision. */
function manifestsOf(name: string, { kind, why }: Part, revision: string): object[] {
  const annotations = { said: revision, ...(why === 'annotated' && { 'greenpath.dev/backing': 'true' }) };
  const strategy = { strategy: { type: 'Recreate' } };
  const more = kind === 'StatefulSet' ? { serviceName: name } : why === 'recreated' ? strategy : {};
  const workload = deployment(cluster, { name, annotations, env: { NEWS: revision }, spec: more });
  const ports = [{ name: why === 'ported' ? 'mysql' : 'http', port: 80, targetPort: 8080 }];
  const caller = service(name) as { spec: object };
  return [
    { ...workload, kind },
    { ...caller, metadata: { name, annotations: { said: revision } }, spec: { ...caller.spec, ports } },
  ];
}

/** The identities of what has these names. */
async function identities(names: readonly string[]): Promise<Map<string, string>> {
  const all = await snapshot(place.world.kubectl, 'deployment,statefulset,service');
  const ours = [...all].filter(([key]) => names.includes(key.split(' ')[1] ?? ''));
  return new Map(ours.map(([key, object]) => [key, (object as { metadata: { uid: string } }).metadata.uid]));
}

test('no backing object is created twice, updated unasked or deleted', { timeout: 1_500_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(lives, async ({ parts, acts }) => {
      const run = count++;
      const names = parts.map((_, index) => `store${run}-${index}`);
      const { world } = place;
      const before = requestsOf(cluster, world.namespace).length;
      const seen = new Map<string, string>();
      let revision = '';
      for (const [index, mode] of ['deploy-green' as const, ...acts].entries()) {
        if (mode === 'deploy-green') {
          revision = `r${run}-${index}`;
          place.manifests(
            ...place.web(),
            ...names.flatMap((name, at) => manifestsOf(name, parts[at] as Part, revision)),
          );
        }
        const of = mode === 'rollback' || mode === 'retire' ? '' : revision;
        const { stdout } = await world.run(mode, of, mode === 'deploy-green' ? { supersede: 'true' } : {});
        // A mode may refuse what the order makes of it; it may not fail in a way that nobody thought of.
        expect(stdout).not.toContain('[internal]');
        for (const [key, uid] of await identities(names)) {
          expect(uid, `${key} after ${mode}`).toBe(seen.get(key) ?? uid);
          seen.set(key, uid);
        }
        expect([...(await identities(names)).keys()].toSorted()).toEqual([...seen.keys()].toSorted());
      }
      expect(seen.size).toBe(2 * parts.length);
      const written = requestsOf(cluster, world.namespace, before)
        .filter(({ verb, dryRun, status }) => !dryRun && status < 300 && !['get', 'list', 'watch'].includes(verb))
        .filter(({ name }) => names.includes(name))
        .map(({ verb, resource, name }) => `${verb} ${resource} ${name}`);
      expect(written.filter((text) => !text.startsWith('create '))).toEqual([]);
      expect(written).toHaveLength(seen.size);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});
