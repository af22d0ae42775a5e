import { batches } from './batches.ts';
import { descriptions } from './descriptions.ts';
import { echoes } from './echoes.ts';
import { identity } from './identity.ts';
import { lag } from './lag.ts';
import { missing } from './missing.ts';
import { tokens } from './tokens.ts';
import type { Experiment, Finding, Trial } from './trial.ts';

const experiments: readonly Experiment[] = [lag, identity, missing, batches, echoes, descriptions, tokens];

export type Report = {
  readonly findings: readonly Finding[];
  /** Experiments that could not be brought to an end. */
  readonly failures: readonly string[];
};

/** All experiments, one after the other in the same group; one that fails leaves the others to go on. */
export async function experiment(trial: Trial, isStopped: () => boolean, tell: (about: string) => void) {
  const findings: Finding[] = [];
  const failures: string[] = [];
  for (const { about, run } of experiments) {
    if (isStopped()) break;
    tell(about);
    try {
      findings.push(...(await run(trial)));
    } catch (error) {
      failures.push(`${about}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { findings, failures } satisfies Report;
}
