import type { HookSource } from '../config/sources-config.ts';
import type { System } from './system.ts';

const systems = {
  jira: async () => (await import('./systems/jira.ts')).jira,
  dingtalk: async () => (await import('./systems/dingtalk.ts')).dingtalk,
  feishu: async () => (await import('./systems/feishu.ts')).feishu,
  servicenow: async () => (await import('./systems/servicenow.ts')).servicenow,
  github: async () => (await import('./systems/github.ts')).github,
  gitlab: async () => (await import('./systems/gitlab.ts')).gitlab,
} as const;

/** Loaded with the first event of its kind: most deployments have one ticketing system. */
export const systemOf = async ({ kind }: HookSource): Promise<System> => (await systems[kind]()) as System;
