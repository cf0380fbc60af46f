import * as core from '@actions/core';

/** The runner looks for each of them in each line of the job. */
const MOST = 500;

/** What the runner was told to hide in the rest of the job. */
export class JobSecrets {
  #told = 0;

  /** Tells them while there is room; of what is left out, `warn` gets a sentence. */
  tell(secrets: readonly string[], warn: (text: string) => void): void {
    const taken = secrets.slice(0, MOST - this.#told);
    for (const secret of taken) core.setSecret(secret);
    this.#told += taken.length;
    if (taken.length < secrets.length)
      warn(
        `the manifests' Secrets hold more than the ${MOST} texts that the runner is told to hide; later steps of this job must not print them`,
      );
  }
}
