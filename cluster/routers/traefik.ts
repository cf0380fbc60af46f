import { requiredVersion } from '../go-module.ts';

/** What all Traefiks of a cluster have in common: they are one program. */
export const TRAEFIK_MODULE = { path: 'github.com/traefik/traefik/v3', requiredBy: 'modules/cluster' } as const;
export const TRAEFIK_VERSION = requiredVersion(TRAEFIK_MODULE);

/** The flags of a Traefik that serves at these two ports, and tells nobody of itself. */
export function traefikFlags(http: number, https: number): string[] {
  return [
    `--entrypoints.web.address=127.0.0.1:${http}`,
    `--entrypoints.websecure.address=127.0.0.1:${https}`,
    '--global.checknewversion=false',
    '--global.sendanonymoususage=false',
    '--log.level=INFO',
  ];
}
