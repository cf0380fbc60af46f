import { GreenpathError } from '../core/error.ts';
import type { Scene } from '../core/journal.ts';
import type { Live } from '../core/live.ts';
import { type Ingress, LABEL_APP, LABEL_REVISION, label, type Service } from '../core/objects.ts';
import { type Rule, rulesOf } from '../core/rules.ts';
import { previewName } from '../routes/preview.ts';
import type { Run } from './run.ts';

/** What was read, as far as the preview is concerned. */
interface Read {
  readonly ingresses: readonly Ingress[];
  readonly services: readonly Service[];
}

/** Who serves what: the live URL, and the preview below `prefix`. */
export function sceneOf(run: Run, read: Read, live: Live, liveUrl: string, prefix: string): Scene {
  const [shown] = previewRules(run, read.ingresses, live);
  const preview = read.services.find((service) => service.metadata.name === shown?.service);
  return {
    live: { url: liveUrl, service: live.service, revision: live.revision ?? '' },
    preview: preview && {
      url: `${liveUrl.replace(/\/$/, '')}${prefix}/`,
      service: preview.metadata.name,
      revision: label(preview, LABEL_REVISION) ?? '',
    },
  };
}

/** The Service that the preview names now, wherever the preview stands; undefined if there is none. */
export function previewedService(
  run: Run,
  { ingresses, live }: Pick<Read, 'ingresses'> & { readonly live: Live },
): string | undefined {
  const named = [...new Set(previewRules(run, ingresses, live).flatMap((rule) => rule.service ?? []))];
  if (named.length <= 1) return named[0];
  throw new GreenpathError(
    'two-candidates',
    `the preview of app ${run.inputs.app} shows ${named.length} Services (${named.join(', ')}), so no one of them is the candidate`,
    `Let it show one: run reject for each revision that should not go live, or delete the paths that Greenpath did not write.`,
  );
}

/** The Ingress that Greenpath made for the preview, if there is one. */
export function ownPreview(run: Run, ingresses: readonly Ingress[]): Ingress | undefined {
  const { app } = run.inputs;
  return ingresses.find((ingress) => ingress.metadata.name === previewName(app) && label(ingress, LABEL_APP) === app);
}

function previewRules(run: Run, ingresses: readonly Ingress[], live: Live): Rule[] {
  const own = ownPreview(run, ingresses);
  return [...(own ? rulesOf(own) : []), ...live.preview];
}
