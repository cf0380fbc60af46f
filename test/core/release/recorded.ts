import type { Release, Stamp } from '../../../src/core/release/record.ts';
import { COUNTERPART } from '../support.ts';

/** A release as its record holds it, and the stamp of its checks. */

export const RELEASE: Release = {
  version: 2,
  app: 'web',
  revision: 'v1.24.0',
  routes: [{ kind: 'ingress', name: 'shop' }],
  counterparts: [COUNTERPART],
  plain: true,
  digest: '0123456789abcdef',
  config: { preview: { path: '/next' } },
  objects: [{ group: '', kind: 'Service', name: 'web-v1-24-0', uid: 'u1', created: true }],
  at: '2026-05-01T10:00:00Z',
  run: '17/1',
};
export const STAMP: Stamp = {
  digest: RELEASE.digest,
  runs: { objects: { '/Service/web-v1-24-0': 'abc' }, images: { web: ['sha256:1'] } },
  checks: [
    { name: 'GET /', kind: 'request', where: 'http://a/', passed: true, attempts: 3, slowestMs: 9, failure: '' },
  ],
  at: '2026-05-01T11:00:00Z',
  run: '18/1',
  difference: { path: '/', blue: ['header etag a'], green: ['header etag b'], places: ['/next'], answers: 10 },
  live: { revision: 'v1.22.0', path: '/', statuses: [200], says: [''] },
};
