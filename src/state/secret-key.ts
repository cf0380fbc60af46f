import { randomBytes } from 'node:crypto';
import { changedError, GreenpathError } from '../core/base/error.ts';
import { textAt } from '../core/base/json.ts';
import { KIND } from '../core/kube/kinds.ts';
import { type KubeObject, LABEL_APP, label, nameOf } from '../core/kube/objects.ts';
import { noteWrite, type Run } from './run.ts';

/** The key for the digests of Secrets in the stamp, so that a reader of the record cannot guess them. */
export interface SecretKey {
  readonly value: string;
  /** Whether it is stored in the cluster, so that a later run can compare with this run's digests. */
  readonly kept: boolean;
}

/** The app's key, or a new one that is not stored yet. One request. */
export async function readSecretKey(run: Run): Promise<SecretKey> {
  const name = keyName(run);
  const present = await run.api.get<KubeObject>({ kind: KIND.Secret, name });
  if (present === undefined) return { value: randomBytes(32).toString('base64'), kept: false };
  const value = textAt(present, 'data', 'key') ?? '';
  if (label(present, LABEL_APP) === run.inputs.app && value !== '') return { value, kept: true };
  throw new GreenpathError(
    'conflict',
    `${nameOf(present)} is not what Greenpath created under that name: it has no key, or lacks the label ${LABEL_APP}`,
    'If nothing needs it, delete it and run verify again, which creates it again.',
  );
}

/** Creates the Secret with a key that does not exist yet. */
export async function keepSecretKey(run: Run, key: SecretKey | undefined): Promise<void> {
  if (key === undefined || key.kept) return;
  const object: KubeObject = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: keyName(run), namespace: run.api.namespace, labels: { [LABEL_APP]: run.inputs.app } },
    data: { key: key.value },
  };
  if ((await run.api.create(object)) === 'changed') throw changedError(nameOf(object));
  noteWrite(run, { object: nameOf(object), action: 'create', diff: '' });
}

function keyName({ inputs }: Run): string {
  return `greenpath-${inputs.app}`;
}
