/**
 * The one door to the vendor's generic client, for clouds that have no package of their own. Loaders differ in how
 * deep they put the class of an ES module that was compiled to CommonJS.
 */
import * as core from '@alicloud/openapi-core';

type ClientClass = (typeof core)['default']['default'];

function clientClass(outer: unknown): ClientClass {
  return typeof outer === 'function' ? (outer as ClientClass) : core.default.default;
}

export const OpenApiClient: ClientClass = clientClass(core.default);
export type OpenApiClient = InstanceType<ClientClass>;

export { $OpenApiUtil } from '@alicloud/openapi-core';
export { RuntimeOptions } from '@darabonba/typescript';
