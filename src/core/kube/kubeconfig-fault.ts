import { looksLikePath } from '../base/quoted.ts';

/**
 * What a text is that cannot be the content of a kubeconfig; undefined if it may be one. Nothing of it is quoted, since
 * it may be a secret.
 */
export function kubeconfigFault(text: string): string | undefined {
  const given = text.trim();
  if (isEncoded(given))
    return 'encoded in base64; allowed: the content itself, so store it decoded, or decode it in an earlier step';
  if (/[\n{:]/.test(given)) return undefined;
  if (looksLikePath(given))
    return 'the path of a file; allowed: its content. To use a file, leave this out and set the environment variable KUBECONFIG to the path';
  return 'neither YAML nor JSON; allowed: the content of a kubeconfig, with clusters, contexts and users';
}

/** Whether a text is a kubeconfig in base64. */
export function isEncoded(text: string): boolean {
  if (!/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(text)) return false;
  return /\b(apiVersion|clusters|contexts)\b/.test(Buffer.from(text, 'base64').toString('utf8'));
}
