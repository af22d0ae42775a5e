import type { Mutant } from './run-seed.ts';

export const mutants: Readonly<Record<string, Mutant>> = {};
