import { type sendUnaryData, type ServerUnaryCall } from '@grpc/grpc-js';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import { type IEngineServer } from '@pulumi/pulumi/proto/engine_grpc_pb';
import {
  GetRootResourceResponse,
  type LogRequest,
  RequirePulumiVersionResponse,
  SetRootResourceResponse,
  type SetRootResourceRequest,
} from '@pulumi/pulumi/proto/engine_pb';

export type Severity = 'debug' | 'info' | 'warning' | 'error';

/** A message that the program or the SDK logged. */
export interface LogEntry {
  readonly severity: Severity;
  readonly message: string;
  /** Resource that the message is about. */
  readonly urn: string | undefined;
}

const SEVERITIES: readonly Severity[] = ['debug', 'info', 'warning', 'error'];

/** The engine's side of everything that is not about resources. */
export class EngineLog {
  readonly #entries: LogEntry[] = [];
  #root = '';

  public get entries(): readonly LogEntry[] {
    return this.#entries.filter((entry) => entry.severity !== 'debug');
  }

  /** The gRPC service. */
  public service(): IEngineServer {
    return {
      log: (call: ServerUnaryCall<LogRequest, Empty>, callback: sendUnaryData<Empty>) => {
        const { request } = call;
        const severity = SEVERITIES[request.getSeverity()] ?? 'info';
        this.#entries.push({ severity, message: request.getMessage(), urn: request.getUrn() || undefined });
        callback(null, new Empty());
      },
      getRootResource: (_call: unknown, callback: sendUnaryData<GetRootResourceResponse>) => {
        callback(null, new GetRootResourceResponse().setUrn(this.#root));
      },
      setRootResource: (
        call: ServerUnaryCall<SetRootResourceRequest, SetRootResourceResponse>,
        callback: sendUnaryData<SetRootResourceResponse>,
      ) => {
        this.#root = call.request.getUrn();
        callback(null, new SetRootResourceResponse());
      },
      startDebugging: (_call: unknown, callback: sendUnaryData<Empty>) => {
        callback(null, new Empty());
      },
      requirePulumiVersion: (_call: unknown, callback: sendUnaryData<RequirePulumiVersionResponse>) => {
        callback(null, new RequirePulumiVersionResponse());
      },
    };
  }
}
