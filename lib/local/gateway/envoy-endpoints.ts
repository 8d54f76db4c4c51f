import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endpointsFile } from '../envoy/clusters';
import type { EndpointsFileSource } from '../envoy/types';
import type { SocketAddress } from '../routing/types';

/** The endpoints of a pool or Service. */
export interface NamedEndpoints {
  readonly name: string;
  readonly endpoints: () => readonly SocketAddress[];
}

/** The file in which Envoy finds the endpoints of one pool or Service. */
export class EnvoyEndpoints {
  public readonly source: EndpointsFileSource;
  readonly #target: NamedEndpoints;
  #version = 0;
  #written: string | undefined;

  /** `folder` is one that only this file will be in. */
  public constructor(target: NamedEndpoints, folder: string) {
    mkdirSync(folder);
    this.#target = target;
    this.source = { path: join(folder, 'endpoints.json'), watchedFolder: folder };
    this.write();
  }

  /** Writes the endpoints when they are others than before. */
  public write(): void {
    const { name, endpoints } = this.#target;
    const now = endpoints();
    const content = JSON.stringify(now);
    if (content === this.#written) return;
    this.#written = content;
    // Beside the folder: only the finished file may appear in it.
    const draft = `${this.source.watchedFolder}.draft`;
    writeFileSync(draft, JSON.stringify(endpointsFile(name, now, String(++this.#version))));
    renameSync(draft, this.source.path);
  }
}
