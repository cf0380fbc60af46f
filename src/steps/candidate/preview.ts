import { overlapsAny } from '../../core/base/hosts.ts';
import { type Unpreviewed, wasSuccess } from '../../core/checks/difference.ts';
import { versionProbeFor } from '../../core/checks/version-probe.ts';
import { LABEL_APP, LABEL_REVISION, label } from '../../core/kube/objects.ts';
import { namesText, type RevisionServices } from '../../core/kube/revision-services.ts';
import { hostsOf, type RoutePath } from '../../core/release/route.ts';
import type { Serving } from '../../core/report/journal.ts';
import { proofText } from '../../proof/proof-text.ts';
import { isOwnPreview } from '../../routes/own.ts';
import { counterpartIn } from '../../routes/patch.ts';
import { placesFor, previewAddress } from '../../state/endpoints.ts';
import { readRoutes } from '../../state/read-routes.ts';
import { longestSettleTimeOf, settleTimeOf } from '../../state/routers.ts';
import type { Run } from '../../state/run.ts';
import { isServed, type Situation } from '../../state/situation.ts';
import { askPreview } from '../evidence/ask-preview.ts';
import { measureLive } from '../evidence/before-switch.ts';

/** Where the candidate will be reached, and through which of its Services. */
export function previewOf(situation: Situation, candidate: RevisionServices): Serving {
  const shown = situation.rules.map((rule) => counterpartIn(candidate, rule));
  return { ...previewAddress(situation), service: namesText([...new Set(shown)]), revision: candidate.revision };
}

/**
 * Requests the preview until it answers from the candidate; throws `proof-failed` if it does not. Returns whether the
 * candidate was seen to answer: if the same paths gave acceptable answers before (`unpreviewed`), and answers do not
 * name their version, they show nothing.
 */
export async function provePreview(
  run: Run,
  situation: Situation,
  unpreviewed: readonly Unpreviewed[],
): Promise<boolean> {
  const { config, revision } = run.inputs;
  const { live, preview } = await placesFor(run, situation);
  if (config.proof === 'off') {
    run.report.warning('proof is off: it was not checked whether the preview answers');
    return false;
  }
  const other = await measureLive(run, config, live, isServed(situation) ? (situation.revision ?? '') : '');
  const versionProbe = versionProbeFor(config, revision, { other });
  const isSure = versionProbe.proof !== 'none' && !(await hasDouble(run, situation));
  const settleTime = (isSure ? settleTimeOf : longestSettleTimeOf)(config, situation);
  const result = await askPreview(
    run,
    { situation, config, endpoints: preview, versionProbe },
    { answers: 3, least: isSure ? 0 : settleTime, settleTime, within: config.proof.within },
    {
      code: 'proof-failed',
      what: 'green is ready, but the preview does not answer from it',
      next: 'Check that the runner reaches the proxy (input addresses), and the check and identity settings in the config; then run deploy-green again.',
    },
  );
  run.report.line(`The preview answers: ${proofText(result, revision, 'not yet')}`);
  if (versionProbe.proof !== 'none' || unpreviewed.length === 0) {
    run.observe({ proof: versionProbe.proof, certainty: versionProbe.certainty });
    return true;
  }
  const statuses = [...new Set(unpreviewed.map((one) => (wasSuccess(one) ? '2xx' : one.answer.status)))];
  run.report.warning(
    `The preview's paths were answered with ${statuses.join(' and ')} before there was a preview, so such an answer does not show that green gives it. verify will search for a difference; set identity in the config to be certain.`,
  );
  return false;
}

/**
 * On a shared host, another app's preview of a shorter path answers until the router knows this one, and with the same
 * commit it claims the same revision. It may be newer than what was read, so it is searched now.
 */
async function hasDouble(run: Run, { allRoutes, rules, preview }: Situation): Promise<boolean> {
  const { app, revision } = run.inputs;
  const hosts = hostsOf(rules);
  const isOthers = (path: RoutePath) => ![...rules, ...preview].some((own) => own.text === path.text);
  const notOwn = allRoutes.filter(({ object }) => label(object, LABEL_APP) !== app);
  const onHosts = notOwn.flatMap(({ paths }) => paths).filter((path) => overlapsAny(hosts, path.host));
  if (!onHosts.some(isOthers)) return false;
  const now = await readRoutes(run);
  return now.some(({ object }) => {
    const other = label(object, LABEL_APP) ?? app;
    return other !== app && isOwnPreview(object, other) && label(object, LABEL_REVISION) === revision;
  });
}
