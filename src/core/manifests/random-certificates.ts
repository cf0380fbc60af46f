import type { X509Certificate } from 'node:crypto';
import { certificatesIn, pemParts } from '../base/pem.ts';

/** A random text, and the object that holds it. */
interface Holder {
  readonly object: string;
  readonly one: string;
}

/**
 * Groups of random texts that hold keys and certificates which only fit each other: of one object, equal, or issued by
 * one another. Texts without any are in no group.
 */
export function certificateGroups<T extends Holder>(texts: readonly T[]): T[][] {
  const groups: { members: T[]; certificates: X509Certificate[] }[] = [];
  for (const text of texts) {
    if (pemParts(text.one).every(({ is }) => is === 'words')) continue;
    const own = { members: [text], certificates: certificatesIn(text.one) };
    const related = groups.filter((group) => areRelated(group, own));
    for (const group of related) groups.splice(groups.indexOf(group), 1);
    const all = [...related, own];
    groups.push({
      members: all.flatMap(({ members }) => members),
      certificates: all.flatMap(({ certificates }) => certificates),
    });
  }
  return groups.map(({ members }) => members);
}

interface Group {
  readonly members: readonly Holder[];
  readonly certificates: readonly X509Certificate[];
}

function areRelated(one: Group, other: Group): boolean {
  const isShared = one.members.some((a) => other.members.some((b) => a.object === b.object || a.one === b.one));
  const isIssued = (a: X509Certificate, b: X509Certificate) => a.checkIssued(b) || b.checkIssued(a);
  return isShared || one.certificates.some((a) => other.certificates.some((b) => isIssued(a, b)));
}
