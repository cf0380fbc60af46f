import { GreenpathError } from '../../src/core/base/error.ts';
import type { Checked, CheckedObject } from '../../src/core/report/checked.ts';
import { type Story, story } from './story.ts';

/** Runs of the mode `check`, as they end. */

const object = (name: string, word: CheckedObject['word'], file: string, why: string): CheckedObject => ({
  ...{ object: name, word, file, why },
  line: 3,
});
const OWN = 'each revision has its own';

const found: Checked = {
  namespace: 'shop',
  objects: [
    object('Deployment web', 'coloured', 'k8s/web.yaml', OWN),
    object('Service web', 'coloured', 'k8s/web.yaml', OWN),
    object('Ingress web', 'route', 'k8s/ingress.yaml', 'it is a live route'),
    object('StatefulSet db', 'backing', 'k8s/db.yaml', 'is a StatefulSet, whose pods have volumes of their own'),
    object('ServiceAccount web', 'shared', 'k8s/web.yaml', 'it serves every revision'),
    object('ServiceMonitor web', 'left', 'k8s/monitor.yaml', 'its kind is unknown to Greenpath'),
  ],
  plainNames: "Plain names in the pods of each revision: web → this revision's own",
  notLookedAt: ['whether Secret keys exists: Deployment web needs it (k8s/web.yaml:3)', 'what exists there'],
};

const facts = { mode: 'check', state: 'unchanged', changed: false, visitors: '', liveUrl: '', revision: '' } as const;
const nothing = { stages: [], before: undefined, after: undefined, looks: [], changes: [] };

/** Manifests that are accepted. */
export const accepted: Story = story({ ...facts, check: found }, { ...nothing, warnings: ['k8s/web.yaml:3: may be'] });

const problems = [{ text: 'Rollout front cannot be released', place: { file: 'k8s/front.yaml', line: 7 } }];
const refusal = object('Rollout front', 'refused', 'k8s/front.yaml', 'Rollout front cannot be released');

/** Manifests of which an object is refused. */
export const refused: Story = story(
  { ...facts, check: { ...found, objects: [refusal, ...found.objects] } },
  nothing,
  new GreenpathError('manifest', 'the manifests cannot be released as they are', 'Fix the files.', { problems }),
);

/** A run that found this object. */
export const finding = (name: string): Story =>
  story({ ...facts, check: { ...found, objects: [object(name, 'left', name, name)], notLookedAt: [name] } }, nothing);
