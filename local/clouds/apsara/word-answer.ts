import type { CloudAnswer } from '../wire/answer.ts';
import type { ApsaraBehaviour } from './behaviour.ts';

/** The one failure that the document shows. */
const SYSTEM_ERROR = 'system error';

/** An answer of ECS in the words of the route: `RequestID` for its id, and failures in the chosen form. */
export function wordForRoute(answer: CloudAnswer, behaviour: Readonly<ApsaraBehaviour>): CloudAnswer {
  const { RequestId: requestId, ...rest } = answer.body;
  const isAsapi = behaviour.failureForm === 'asapi';
  if (answer.status < 400) {
    const success = isAsapi ? { asapiSuccess: true, asapiRequestId: requestId } : {};
    return { ...answer, body: { RequestID: requestId, ...success, ...rest } };
  }
  const [code, message] = [String(rest.Code), String(rest.Message)];
  const status = behaviour.failureStatus === 'as-ecs' ? answer.status : behaviour.failureStatus;
  const headers = answer.headers ?? {};
  if (isAsapi) {
    return {
      status,
      headers,
      body: {
        asapiSuccess: false,
        asapiRequestId: requestId,
        asapiErrorCode: code,
        asapiErrorMessage: message,
        eagleEyeTraceId: requestId,
      },
    };
  }
  const isNamed = behaviour.failureNamesCode && answer.status < 500;
  const result = { resultCode: -1, resultMsg: isNamed ? `${code}: ${message}` : SYSTEM_ERROR, result: null };
  return { status, headers, body: behaviour.failureForm === 'bare' ? result : { errorSample: result } };
}

/** The listing of a group without the ids of its rules, which older stacks do not have. */
export function withoutRuleIds(answer: CloudAnswer): CloudAnswer {
  const { Permissions: permissions } = answer.body as { Permissions?: { Permission: readonly object[] } };
  if (!permissions) {
    return answer;
  }
  const shown = permissions.Permission.map((permission) =>
    Object.fromEntries(Object.entries(permission).filter(([name]) => name !== 'SecurityGroupRuleId')),
  );
  return { ...answer, body: { ...answer.body, Permissions: { Permission: shown } } };
}
