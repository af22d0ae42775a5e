// The package brings no types; these are for the part of it that is used.
declare module '@alicloud/fc2' {
  type Response = { readonly headers: Readonly<Record<string, string>>; readonly data: unknown };

  class FC2 {
    constructor(
      accountId: string,
      config: {
        accessKeyID: string;
        accessKeySecret: string;
        securityToken?: string;
        region: string;
        secure?: boolean;
        endpoint?: string;
        timeout?: number;
      },
    );
    /** The first segment of every path, and part of every signature. */
    version: string;
    post(path: string, body: string | Buffer, headers?: Record<string, string>): Promise<Response>;
    invokeFunction(
      service: string,
      name: string,
      event: string | Buffer,
      headers?: Record<string, string>,
      qualifier?: string,
    ): Promise<Response>;
  }

  export = FC2;
}
