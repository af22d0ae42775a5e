/** One price of the bill, in CNY, and where it comes from. Public list prices of mainland regions; all must be checked. */
type Price = { readonly cny: number; readonly per: string; readonly from: string };

const unchecked = 'assumed from experience with the public list; look it up before relying on it';
const fc = 'Function Compute, pay-as-you-go, tier 1, list price without its discounts (help.aliyun.com, billing of fc)';

export const prices = {
  computeUnit: { cny: 0.00011, per: 'CU', from: fc },
  logs: { cny: 0.4, per: 'GB written and kept 30 days', from: unchecked },
  storage: { cny: 1, per: 'GB and month of the database', from: unchecked },
  database: { cny: 420, per: 'month: RDS PostgreSQL, high availability, 2 vCPU, 4 GB', from: unchecked },
  keys: { cny: 10, per: 'month: a few secrets of Key Management Service', from: unchecked },
  network: { cny: 0, per: 'month: inside one VPC, calls through the VPC addresses of the APIs', from: unchecked },
} as const satisfies Readonly<Record<string, Price>>;

/** How Function Compute turns what is used into compute units. */
export const computeUnits = { perInvocation: 75 / 10_000, perVcpuSecond: 1, perGbSecond: 0.15 } as const;
