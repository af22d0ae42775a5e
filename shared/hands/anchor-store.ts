import type { AnchorStore } from '../reconcile/anchor-port.ts';
import type { Platform } from '../runtime/platform.ts';

/** Where the heads of the audit chain are kept beside the log; undefined where no bucket is named. */
export function anchorStore({ settings, credentials, clock, region }: Platform): AnchorStore | undefined {
  const { auditAnchor, endpoints } = settings;
  if (auditAnchor === undefined) return undefined;
  const where = region || 'cn-hangzhou';
  const endpoint = endpoints.oss ?? `https://oss-${where}-internal.aliyuncs.com`;
  const options = { ...auditAnchor, region: where, endpoint, credentials, nowMs: clock.nowMs };
  // Loaded when it is needed, once an hour: no other start pays for it.
  const load = async () => new (await import('../anchors/oss-anchors.ts')).OssAnchors(options);
  return { keep: async (head) => (await load()).keep(head), kept: async () => (await load()).kept() };
}
