/** A timer trigger: cron has six fields in UTC, `@every Nm`, or six fields after `CRON_TZ=zone`. */
export type TimerSpec = {
  readonly name: string;
  readonly cron: string;
  readonly payload: string;
};

/** One function as it is deployed: its bundle and what the platform needs to run it. */
export type FunctionSpec = {
  readonly name: string;
  /** Path of the built `index.js`, which exports `handler`. */
  readonly bundlePath: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly timers?: readonly TimerSpec[];
  /** How many requests run side by side, one an instance; default 4. */
  readonly instancesMax?: number;
};

type RoleCredentials = {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string;
};

/** What every function of one host shares. */
export type Region = {
  readonly region: string;
  readonly accountId: string;
  /** What the functions' roles would give them, handed over in `context.credentials`. */
  readonly credentials: RoleCredentials;
};

/** Gets one line of a function's output, without its line end. */
export type OnLog = (line: string, functionName: string) => void;
