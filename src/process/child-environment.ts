/**
 * The environment for a program that this step starts, without the step's inputs: they contain the whole kubeconfig.
 */
export function childEnvironment(own: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(own).filter((entry): entry is [string, string] => {
      const [name, value] = entry;
      return value !== undefined && !name.startsWith('INPUT_');
    }),
  );
}
