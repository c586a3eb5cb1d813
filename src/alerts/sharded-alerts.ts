import type { Limits } from '../broadcasts/limits.ts';
import type { AnyAlertCode } from '../broadcasts/rules/alert-records.ts';
import {
  type AlertState,
  type AlertStore,
  type Alerts,
  type InstallationAlert,
  noAlert,
  type StoredAlert,
} from './alert-store.ts';

/** The alerts of all shards together. Each shard has those of its broadcasts; the first one also has those of the whole installation. */
export class ShardedAlerts implements Alerts {
  readonly shards: readonly AlertStore[];
  readonly #home: AlertStore;

  /** @param shards in order, the first shard first */
  constructor(shards: readonly AlertStore[]) {
    const [home] = shards;
    if (!home) throw new Error('there is no shard');
    this.shards = shards;
    this.#home = home;
  }

  raiseInstallationAlert(alert: InstallationAlert): Promise<boolean> {
    return this.#home.raiseInstallationAlert(alert);
  }

  resolve(key: string): Promise<boolean> {
    return this.#home.resolve(key);
  }

  async acknowledge(id: string, by: string, note: string | null, limits?: Limits): Promise<StoredAlert> {
    const found = await this.#all(async (shard) => ((await shard.getMany([id])).length > 0 ? shard : null));
    return (found.find((shard) => shard !== null) ?? this.#home).acknowledge(id, by, note, limits);
  }

  async get(id: string): Promise<StoredAlert> {
    const [alert] = await this.getMany([id]);
    if (!alert) throw noAlert(id);
    return alert;
  }

  async getMany(ids: readonly string[]): Promise<StoredAlert[]> {
    const found = await this.#all((shard) => shard.getMany(ids));
    const known = new Map(found.flat().map((alert) => [alert.id, alert]));
    return ids.flatMap((id) => known.get(id) ?? []);
  }

  async openByCode(): Promise<Partial<Record<AnyAlertCode, number>>> {
    const sums: Partial<Record<AnyAlertCode, number>> = {};
    for (const counts of await this.#all((shard) => shard.openByCode())) {
      for (const [code, count] of Object.entries(counts) as [AnyAlertCode, number][])
        sums[code] = (sums[code] ?? 0) + count;
    }
    return sums;
  }

  async count(state: AlertState): Promise<number> {
    return (await this.#all((shard) => shard.count(state))).reduce((sum, count) => sum + count, 0);
  }

  async version(): Promise<string> {
    return (await this.#all((shard) => shard.version())).join('.');
  }

  async tidy(before: number): Promise<number> {
    return (await this.#all((shard) => shard.tidy(before))).reduce((sum, count) => sum + count, 0);
  }

  #all<Answer>(ask: (shard: AlertStore) => Promise<Answer>): Promise<Answer[]> {
    return Promise.all(this.shards.map(ask));
  }
}
