/** The platform's own no, before any function ran. */
export class InvocationRefused extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const refusals = {
  invalid: (message: string) => new InvocationRefused(400, 'InvalidArgument', message),
  noSuchPath: (method: string, path: string) =>
    new InvocationRefused(400, 'PathNotSupported', `'${method}' against '${path}' is not supported`),
  missingHeader: (name: string) =>
    new InvocationRefused(400, 'MissingRequiredHeader', `required HTTP header ${name} was not specified`),
  tooLarge: (bytesMax: number) =>
    new InvocationRefused(413, 'EntityTooLarge', `payload size exceeds maximum allowed size (${bytesMax} bytes)`),
  denied: (message: string) => new InvocationRefused(403, 'AccessDenied', message),
  unknownKey: (key: string) => new InvocationRefused(403, 'InvalidAccessKeyID', `invalid access key ID '${key}'`),
  wrongSignature: () =>
    new InvocationRefused(
      403,
      'SignatureNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your access key and signing method',
    ),
  noSuchFunction: (name: string) => new InvocationRefused(404, 'FunctionNotFound', `function '${name}' does not exist`),
  noSuchQualifier: (name: string, qualifier: string) =>
    new InvocationRefused(404, 'AliasNotFound', `alias '${qualifier}' of function '${name}' does not exist`),
  taskExists: (taskId: string) =>
    new InvocationRefused(
      409,
      'StatefulAsyncInvocationAlreadyExists',
      `the stateful async invocation '${taskId}' already exists`,
    ),
  closing: () => new InvocationRefused(503, 'ServiceUnavailable', 'The service is closing'),
};
