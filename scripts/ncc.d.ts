/** What the build uses of ncc's API (https://github.com/vercel/ncc#programmatically-from-nodejs), which has no types. */
declare module '@vercel/ncc' {
  interface Options {
    readonly filename: string;
    /** Requests that stay requests, by name or by `/pattern/`, and what is asked for instead. */
    readonly externals: Readonly<Record<string, string>>;
    /** The file of the licences of all packages in the bundle. */
    readonly license: string;
    readonly cache: boolean;
    readonly quiet: boolean;
  }
  interface Output {
    readonly code: string;
    readonly assets: Readonly<Record<string, { readonly source: string | Buffer }>>;
  }
  export default function ncc(entry: string, options: Options): Promise<Output>;
}
