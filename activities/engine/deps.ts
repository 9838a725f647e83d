import type { KeyObject } from 'node:crypto';
import type { Catalog } from '../../catalog/index.js';
import type { BundleFiles, PackedBundle } from '../../descriptors/bundle/index.js';
import type { Profile } from '../../descriptors/validate/index.js';
import type { Digest } from '../../lifecycle/digest.js';
import type { Settings } from '../../lifecycle/engine.js';
import type { Environment, Governance } from '../../lifecycle/environment.js';
import type { Executor } from '../../lifecycle/executor.js';
import type { Opa, PolicyBundle } from '../../policies/index.js';

/** How descriptors are read and fetched. */
export interface DescriptorDeps {
  profile: Profile;
  /** Of products that do not write their fully qualified name. */
  namespace?: string;
  /** Packs the descriptor at an address (`https://...`, `git+https://...@<commit>#path`). Throws a `Failure`. */
  fetch(address: string): Promise<PackedBundle>;
}

/** What the engine's activities are built with. */
export interface EngineDeps {
  catalog: Catalog;
  environments: ReadonlyMap<string, Environment>;
  /** Registrations belong to no environment. */
  registration: Governance;
  executors: ReadonlyMap<string, Executor>;
  policies: PolicyBundle;
  /** Evaluates policies in Rego. */
  opa?: Opa;
  descriptors: DescriptorDeps;
  /** An opened bundle; opened once a digest. */
  bundle(digest: Digest): Promise<BundleFiles>;
  /** Public keys of the workers, who sign for bearers of tokens; the first is the one in use. */
  workerKeys: KeyObject[];
  settings: Settings;
  /** Base of links into the Temporal UI, with the namespace: `http://127.0.0.1:8233/namespaces/default`. */
  uiUrl: string;
  namespace: string;
}
