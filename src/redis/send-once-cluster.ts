import { Cluster, type ClusterNode, type ClusterOptions, type Command } from 'ioredis';

type Rest = [stream?: Parameters<Cluster['sendCommand']>[1], node?: unknown];

/** What ioredis says of a command whose connection ended, and of one that no connection has taken. */
const CLOSED = 'Connection is closed.';

/**
 * A Cluster that does not send a command again when its answer was lost. Redis may have carried it out; the second one would meet
 * what the first one wrote, and be told that somebody else did. ioredis sends it again after `retryDelayOnFailover`, which cannot be 0:
 * then nothing would wait until its node is connected, or its slot has a new master. What never left is still tried again.
 * Pipelines and transactions are left as they are, to ioredis: each of ours may run twice (docs/redis-topologies.md).
 */
export class SendOnceCluster extends Cluster {
  readonly #watched = new WeakSet<Command>();

  constructor(nodes: ClusterNode[], options: ClusterOptions) {
    super(nodes, options as ConstructorParameters<typeof Cluster<'legacy'>>[1]);
  }

  override sendCommand(command: Command, ...rest: Rest): unknown {
    const [, node] = rest;
    if (node || this.#watched.has(command)) return super.sendCommand(command, ...rest);
    this.#watched.add(command);
    const { reject: fail, toWritable } = command;
    let isSent = false;
    command.toWritable = (socket) => {
      isSent = true;
      return toWritable.call(command, socket);
    };
    const answer = super.sendCommand(command, ...rest);
    // Only now: ioredis has put its own in the place of `fail`, which decides whether to try again.
    const orAgain = command.reject;
    command.reject = (error) => {
      if (isSent && error.message === CLOSED) {
        // So that the next one finds the new master.
        if (this.status === 'ready') this.refreshSlotsCache();
        return fail.call(command, error);
      }
      // An answer such as MOVED: it was not carried out.
      isSent = false;
      return orAgain.call(command, error);
    };
    return answer;
  }
}
