interface Lockfile {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly optional?: boolean; readonly link?: boolean }>
  >;
}
export function whyInstall(locked: Lockfile, installed: Lockfile | undefined): string | undefined;
