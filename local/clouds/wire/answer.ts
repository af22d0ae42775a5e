/** What an emulated cloud says to one call: the status, the JSON body, and any extra headers. */
export type CloudAnswer = {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
};

/** One operation, read from the wire and proved by its signature. */
export type CloudCall = {
  readonly action: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly accountId: string;
  /** The armed fault `partial`: a batch stops after its first half with InternalError. */
  readonly stopsHalfway?: boolean;
};

/** A refusal in the vendor's words. Handlers throw it; the cloud turns it into an answer. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

type RefusalContext = {
  readonly requestId: string;
  readonly hostId: string;
  readonly product: string;
};

/** The body of every refusal of the RPC gateway, with the fields that real answers carry. */
export function refusalAnswer(refusal: Refusal, context: RefusalContext): CloudAnswer {
  const query = new URLSearchParams({
    q: refusal.code,
    product: context.product,
    requestId: context.requestId,
  });
  return {
    status: refusal.status,
    body: {
      RequestId: context.requestId,
      HostId: context.hostId,
      Code: refusal.code,
      Message: refusal.message,
      Recommend: `https://api.alibabacloud.com/troubleshoot?${query}`,
    },
    headers: refusal.headers,
  };
}
