/** The version in package.json: a test compares them. */
export const VERSION = '0.1.0';

/** Where Greenpath is published; GitHub does not tell capitals from small letters. */
const HOME = 'greenpath/greenpath';

/**
 * The page that explains every error code, at the version that runs. A runner says which repository and ref the
 * workflow names. It says neither for an action inside the checkout (`uses: ./`) or outside of GitHub: then it is the
 * release of this version. A copy at another GitHub has the page there.
 */
export function troubleshootingPage(environment: NodeJS.ProcessEnv): string {
  const repository = word(environment.GITHUB_ACTION_REPOSITORY) ?? HOME;
  const ref =
    (repository === environment.GITHUB_ACTION_REPOSITORY && word(environment.GITHUB_ACTION_REF)) || `v${VERSION}`;
  const server = repository.toLowerCase() === HOME ? undefined : environment.GITHUB_SERVER_URL;
  return `${server ?? 'https://github.com'}/${repository}/blob/${ref}/docs/troubleshooting.md`;
}

/** A name that is part of an address as it is, and does not lead to another folder. */
function word(text: string | undefined): string | undefined {
  const isPlain = text !== undefined && /^[\w.-]+(\/[\w.-]+)*$/.test(text) && !/(^|\/)\.{1,2}(\/|$)/.test(text);
  return isPlain ? text : undefined;
}
