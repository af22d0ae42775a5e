import { $OpenApiUtil } from '@alicloud/openapi-core';
import { EcsClient } from '../../../shared/cloud/ecs/sdk.ts';

/** Where the vendor's client finds ECS of a region: not every region's name stands in its address. */
export function regionEndpoint(regionId: string): string {
  const nobody = { accessKeyId: '-', accessKeySecret: '-' };
  return `https://${new EcsClient(new $OpenApiUtil.Config({ ...nobody, regionId }))._endpoint}`;
}
