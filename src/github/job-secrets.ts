import * as core from '@actions/core';

/** The runner searches for each of them in each line of the job. */
const MOST = 500;

/** What the runner hides in the rest of the job. */
export class JobSecrets {
  #told = 0;

  /** Passes them to the runner up to the limit; `warn` reports that some are left out. */
  tell(secrets: readonly string[], warn: (text: string) => void): void {
    const taken = secrets.slice(0, MOST - this.#told);
    for (const secret of taken) core.setSecret(secret);
    this.#told += taken.length;
    if (taken.length < secrets.length)
      warn(
        `the manifests' Secrets hold more than the ${MOST} texts that the runner hides; later steps of this job must not print the others`,
      );
  }
}
