import * as z from 'zod';
import type { Answer, Change, RuleApi } from '../../../shared/reconcile/cloud-port.ts';

const requests = z.array(z.string());

/**
 * An adapter of a cloud that takes one rule a call, as one that takes several: the loop cuts batches by `batchMax`,
 * and so does this. Stops at the first answer that is not "done".
 */
export function oneByOne(api: RuleApi): RuleApi {
  return {
    abilities: api.abilities,
    describe: (target) => api.describe(target),
    bytesOf: (rule) => api.bytesOf(rule),
    actionOf: (...way) => api.actionOf(...way),
    prepare: (target, change) => {
      const parts = partsOf(change).map((part) => api.prepare(target, part));
      return parts.length === 1 ? (parts[0] ?? '') : JSON.stringify(parts);
    },
    send: async (target, kind, direction, request, clientToken) => {
      let answer: Answer = { kind: 'done' };
      for (const [index, part] of readParts(request).entries()) {
        // One part keeps the token; of several, each is a call of its own.
        const token = index === 0 ? clientToken : `${clientToken}-${index}`;
        answer = await api.send(target, kind, direction, part, token);
        if (answer.kind !== 'done') return answer;
      }
      return answer;
    },
  };
}

function partsOf(change: Change): readonly Change[] {
  if (change.kind === 'modify' || change.rules.length < 2) return [change];
  return change.rules.map((rule, index) => {
    const ruleId = change.kind === 'revoke' ? change.ruleIds[index] : undefined;
    return change.kind === 'revoke'
      ? { ...change, rules: [rule], ruleIds: ruleId === undefined ? [] : [ruleId] }
      : { ...change, rules: [rule] };
  });
}

function readParts(request: string): readonly string[] {
  try {
    const parsed = requests.safeParse(JSON.parse(request));
    return parsed.success && parsed.data.length > 1 ? parsed.data : [request];
  } catch {
    return [request];
  }
}
