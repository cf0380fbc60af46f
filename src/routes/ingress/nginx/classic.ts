import { isDeepStrictEqual } from 'node:util';
import type { PatchOperation } from '../../../core/release/route.ts';
import type { Mirror } from '../mirror.ts';
import { backend } from '../object.ts';
import { guard } from '../patch.ts';
import { backendPointer, type LiveIngress } from '../paths.ts';

/**
 * The one-Ingress form: the live Ingress strips paths itself and contains the preview. Sets the backends of the green
 * paths, or adds these paths.
 */
export function classicPatch({ preview }: LiveIngress, wanted: readonly Mirror[]): PatchOperation[] {
  return wanted.flatMap(({ of, host, path, pathType, target }): PatchOperation[] => {
    const there = preview.find((other) => other.host === host && other.path === path);
    if (there && isDeepStrictEqual(target, backend(there.service ?? '', there.port ?? ''))) return [];
    if (there) return [...guard(there), { op: 'replace', path: backendPointer(there), value: target }];
    const { at } = of;
    if (at === 'default') return [];
    const value = { path, pathType, backend: target };
    return [...guard(of), { op: 'add', path: `/spec/rules/${at.rule}/http/paths/-`, value }];
  });
}
