import { Switches } from '../control/switches.ts';
import { ECS_OPERATIONS, ECS_VERSION, EcsCloud, type EcsCloudDeps } from '../ecs/ecs-cloud.ts';
import { required } from '../ecs/parameters.ts';
import { type CloudAnswer, type CloudCall, Refusal } from '../wire/answer.ts';
import { checkRpcCall } from '../wire/rpc-protocol.ts';
import { type ApsaraBehaviour, apsaraBehaviour } from './behaviour.ts';
import type { ApsaraCall } from './read-call.ts';
import { startingState } from './starting-state.ts';
import { withoutRuleIds, wordForRoute } from './word-answer.ts';

const PROTOCOLS = ['icmp', 'gre', 'tcp', 'udp', 'all'];
const RULE_OPERATION = /^(?:Authorize|Revoke|Modify)SecurityGroup/;
const NOT_FLAT = /^(?:Permissions\.|SecurityGroupRuleId(?:\.|$))/;

/**
 * Apsara Stack: the operations of ECS behind another door, with groups of their own. Only the route's one document
 * is known, so whatever it leaves open is a switch.
 */
export class ApsaraCloud {
  readonly behaviour = new Switches<ApsaraBehaviour>(apsaraBehaviour);
  readonly #ecs: EcsCloud;

  constructor(deps: Omit<EcsCloudDeps, 'startingState'>) {
    this.#ecs = new EcsCloud({ ...deps, startingState }, this.behaviour);
  }

  /** Throws a Refusal for what neither gateway would pass on. */
  check(call: ApsaraCall): void {
    if (call.problem) {
      throw call.problem;
    }
    // The route names its own version, which the document calls optional; any is taken there.
    const version = call.form === 'route' ? ECS_VERSION : call.version;
    checkRpcCall({ ...call, version }, { version: ECS_VERSION, operations: ECS_OPERATIONS });
    for (const name of this.behaviour.values.requiredHeaders) {
      requireHeader(call, name.toLowerCase());
    }
    if (call.headers.has('x-acs-resourcegroupid')) {
      requireHeader(call, 'x-acs-organizationid');
    }
    if (call.form === 'route') {
      checkRoute(call);
    }
  }

  /** Does one operation. What it changed is in the store when this returns. */
  call(call: CloudCall, { form }: ApsaraCall): CloudAnswer {
    const { takesPermissions, ruleIds } = this.behaviour.values;
    const kept = Object.entries(call.parameters).filter(([name]) => takesPermissions || !NOT_FLAT.test(name));
    const answer = this.#ecs.call({ ...call, parameters: Object.fromEntries(kept) });
    return this.#worded(ruleIds ? answer : withoutRuleIds(answer), form);
  }

  /** Words a refusal, also one that the gateway makes. */
  refuse(refusal: Refusal, { form, parameters }: ApsaraCall): CloudAnswer {
    return this.#worded(this.#ecs.refuse(refusal, parameters.RegionId), form);
  }

  resetRules(): void {
    this.#ecs.resetRules();
  }

  #worded(answer: CloudAnswer, form: ApsaraCall['form']): CloudAnswer {
    return form === 'route' ? wordForRoute(answer, this.behaviour.values) : answer;
  }
}

/** Both spellings of the region are required, and the protocol is called case-sensitive. */
function checkRoute({ action, parameters }: ApsaraCall): void {
  required(parameters, 'regionId');
  required(parameters, 'RegionId');
  const protocol = parameters.IpProtocol;
  if (RULE_OPERATION.test(action) && protocol && !PROTOCOLS.includes(protocol)) {
    throw new Refusal(400, 'InvalidIpProtocol.ValueNotSupported', 'IpProtocol is icmp, gre, tcp, udp or all.');
  }
}

function requireHeader({ headers }: ApsaraCall, name: string): void {
  if (!headers.has(name)) {
    throw new Refusal(400, 'MissingParameter', `The header "${name}" that is mandatory here is not supplied.`);
  }
}
