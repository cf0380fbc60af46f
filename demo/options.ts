import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** What the demo was asked to do. */
export interface Options {
  /** Context of the kubeconfig; undefined: its current one. */
  readonly context: string | undefined;
  /** Whether the demo uses an existing cluster, and not the embedded one. */
  readonly usesOwnCluster: boolean;
  readonly namespace: string;
  readonly keep: boolean;
  /** nginx images that a cluster of the user's can pull, the older one first. */
  readonly images: readonly [string, string];
  /** Traefik's image, for a cluster where no known router answers; undefined: the official one. */
  readonly routerImage: string | undefined;
  /** Where the summaries are written. */
  readonly report: string;
  /** Where what they are made of is written; undefined: nowhere. */
  readonly facts: string | undefined;
}

export const USAGE = `usage:
  npm run demo                           the embedded cluster (Debian, root, Go)
  npm run demo -- --context NAME         a cluster of your kubeconfig: kind, k3d, minikube, …
  KUBECONFIG=FILE npm run demo           the same, with the current context of that file
options:
  --namespace NAME                       where everything is created (default: greenpath-demo)
  --keep                                 leave it running at the end
  --images OLD,NEW                       nginx images for your cluster (default: nginx:1.22.0,nginx:1.24.0)
  --router-image IMAGE                   Traefik's image, used where no known router answers
  --report FILE                          where the summaries are written (default: greenpath-demo.html)
  --facts FILE                           where what they are made of is written, for npm run pictures`;

/** Whether the usage is requested. */
export function asksForHelp(args: readonly string[]): boolean {
  return args.includes('--help') || args.includes('-h');
}

/** Reads the command line and the environment. Throws an Error with what is wrong and the usage. */
export function readOptions(args: readonly string[], environment: NodeJS.ProcessEnv): Options {
  const { context, namespace, keep, images, report, facts, 'router-image': routerImage } = parse(args);
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(namespace))
    throw new Error(`"${namespace}" is not a valid name of a namespace.\n${USAGE}`);
  const [older, newer, ...more] = images.split(',').map((image) => image.trim());
  if (!older || !newer || more.length > 0) throw new Error(`--images takes two images, OLD,NEW.\n${USAGE}`);
  const usesOwnCluster = context !== undefined || (environment.KUBECONFIG ?? '') !== '';
  return { context, usesOwnCluster, namespace, keep, images: [older, newer], routerImage, report, facts };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        context: text,
        namespace: { ...text, default: 'greenpath-demo' },
        keep: { type: 'boolean', default: false },
        images: { ...text, default: 'nginx:1.22.0,nginx:1.24.0' },
        'router-image': text,
        facts: text,
        report: { ...text, default: join(import.meta.dirname, '..', 'greenpath-demo.html') },
      },
    });
    return values;
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n${USAGE}`, { cause: error });
  }
}
