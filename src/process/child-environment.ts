/** The environment for a program that this step starts: its inputs, the whole kubeconfig among them, are nobody else's business. */
export function childEnvironment(own: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(own).filter((entry): entry is [string, string] => {
      const [name, value] = entry;
      return value !== undefined && !name.startsWith('INPUT_');
    }),
  );
}
