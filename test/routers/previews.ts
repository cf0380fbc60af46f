import type { Cluster } from '../../cluster/cluster.ts';
import type { PreviewName, Row } from '../../harness/routers/rows.ts';
import { ask, type World } from '../e2e/world.ts';

/** How a preview is asked for, and where it is. */
interface Preview {
  /** The setting of the config. */
  readonly setting: string;
  readonly host: (live: string) => string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

const PREVIEWS: Readonly<Record<PreviewName, Preview>> = {
  path: { setting: 'preview: {path: /green}', host: (live) => live, path: '/green/some/page', headers: {} },
  host: {
    setting: "preview: {host: 'green.{host}'}",
    host: (live) => `green.${live}`,
    path: '/some/page',
    headers: {},
  },
  header: {
    setting: 'preview: {header: {name: X-Preview, value: green}}',
    host: (live) => live,
    path: '/some/page',
    headers: { 'X-Preview': 'green' },
  },
};

/** The config of a world of the matrix: the defaults, with an identity and one quick check. */
export function configOf({ config = '' }: Row, preview: PreviewName): string {
  return [
    'identity: {header: X-Revision}',
    'checks: [GET /healthz]',
    'verify: {passes: 1, interval: 50ms, within: 10s}',
    PREVIEWS[preview].setting,
    config,
    '',
  ].join('\n');
}

/** The revision that answers at the place of the preview, and the path that the application got. */
export async function previewed(cluster: Cluster, world: World, preview: PreviewName): Promise<unknown[]> {
  const { host, path, headers } = PREVIEWS[preview];
  const answer = await ask(cluster, host(world.host), path, headers);
  return [answer.headers['x-revision'], answer.headers['x-path']];
}
