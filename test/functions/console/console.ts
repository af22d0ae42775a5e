import type * as answers from '../../../functions/console/answers.ts';
import { createConsoleApp } from '../../../functions/console/api.ts';
import type { ConsoleDeps } from '../../../functions/console/console-app.ts';
import type { Described } from '../../../functions/console/later.ts';
import type { planSchema } from '../../../functions/console/plan-answers.ts';
import type { Rule } from '../../../shared/rule/rule.ts';
import { Secret } from '../../../shared/runtime/secret.ts';
import { allowEveryVisit } from '../../fakes/allow-everything.ts';
import { shippedPolicies } from '../../fakes/shipped-policies.ts';
import { group, makeWorld } from '../../fakes/world.ts';

/** Whatever the console may answer: a test reads what it expects there. */
type Body = Described<typeof answers.takenSchema> &
  Described<typeof answers.leaseListSchema> &
  Described<typeof answers.storySchema> &
  Described<typeof answers.endedSchema> &
  Described<typeof planSchema> &
  Described<typeof answers.freezeSchema> &
  Pick<Described<typeof answers.stampedSchema>, 'groups' | 'notListed'> &
  Pick<Described<typeof answers.problemSchema>, 'code' | 'path'>;

const token = 'a-token-of-lin-0123456789';

/** A console over a whole fake Curfew, called as `lin`. */
export function makeConsole(change: Partial<ConsoleDeps> = {}) {
  const world = makeWorld();
  const tokens = [
    { name: 'lin', token: new Secret(token) },
    ...['wei', 'sam', 'ada'].map((name) => ({ name, token: new Secret(`a-token-of-${name}-0123456789`) })),
  ];
  const app = createConsoleApp({
    ...world.deps,
    tokens,
    visits: allowEveryVisit,
    nowMs: () => world.clock.nowMs,
    policies: shippedPolicies,
    policy: async () => (await shippedPolicies()).decide,
    isLocal: true,
    ...change,
  });
  /** The answer's status and body; a text body goes as it is, anything else as JSON. */
  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await app.request(path, {
      method,
      headers: { authorization: `Bearer ${token}`, ...headers },
      ...(body === undefined ? {} : { body: text }),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
  };
  return { world, app, call, token };
}

/** A request for port 22 from one address for a minute, as the API takes it. */
export const leaseBody = (change: Record<string, unknown> = {}) => ({
  target: group,
  rules: [{ direction: 'ingress', ipProtocol: 'tcp', portRange: '22/22', sourceCidrIp: '203.0.113.7/32' }],
  duration: 'PT1M',
  reason: 'restart the payment worker',
  ...change,
});

/** The same rule in canonical form. */
export const ssh: Rule = {
  direction: 'ingress',
  ipProtocol: 'tcp',
  portRange: '22/22',
  policy: 'accept',
  priority: 1,
  nicType: 'intranet',
  sourceCidrIp: '203.0.113.7/32',
};
