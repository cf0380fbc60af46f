import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { GreenpathError } from '../core/error.ts';
import { isObject, textAt } from '../core/json.ts';
import type { KubeObject } from '../core/objects.ts';
import { readText } from './body.ts';
import { failure } from './failure.ts';
import { type Kind, pathOf } from './kinds.ts';
import type { Transport } from './transport.ts';

/** The server ends a watch after this many seconds, and it is opened anew from the present state. */
const WATCH_SECONDS = 240;

/**
 * Follows the objects of one kind that `labels` (a label selector) selects, by name, and calls `changed` after each
 * change, until `signal` aborts. Without a resource version a watch begins with the present state as ADDED events
 * (https://kubernetes.io/docs/reference/using-api/api-concepts/#semantics-for-watch), so no list is needed, and a
 * broken one is simply opened anew. Rejects with what the server refuses (`forbidden`, …).
 */
export async function follow<T extends KubeObject>(
  transport: Transport,
  target: { readonly kind: Kind; readonly namespace: string; readonly labels: string },
  objects: Map<string, T>,
  changed: () => void,
  signal: AbortSignal,
): Promise<void> {
  const query = { watch: 'true', labelSelector: target.labels, timeoutSeconds: `${WATCH_SECONDS}` };
  while (!signal.aborted) {
    try {
      const response = await transport.open(pathOf(target.kind, target.namespace), query, signal);
      if ((response.statusCode ?? 0) >= 400) {
        throw failure(
          { status: response.statusCode ?? 0, body: JSON.parse(await readText(response)) },
          { verb: 'watch', resource: target.kind.resource },
        );
      }
      objects.clear();
      for await (const line of createInterface({ input: response })) if (note(objects, line)) changed();
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof GreenpathError && error.code !== 'unreachable') throw error;
      await delay(500, undefined, { signal }).catch(() => undefined);
    }
  }
}

function note<T extends KubeObject>(objects: Map<string, T>, line: string): boolean {
  const event: unknown = JSON.parse(line);
  const object = isObject(event) ? event.object : undefined;
  const name = textAt(object, 'metadata', 'name');
  const type = textAt(event, 'type');
  if (name === undefined || type === 'ERROR' || type === 'BOOKMARK') return false;
  if (type === 'DELETED') objects.delete(name);
  else objects.set(name, object as unknown as T);
  return true;
}
