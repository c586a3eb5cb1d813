import { SystemClock } from '../clock.ts';
import { MAX_DIFFERENCE_MS } from './clock-trust.ts';
import type { RedisClient } from './connection.ts';

export interface RedisClockOptions {
  /** Round trips of one measurement; default 5. The quickest one counts. */
  samples?: number;
  /** This machine's wall clock, in ms. */
  wall?: () => number;
}

const SAMPLES = 5;
/** A wall clock that moves this much against the monotonic one was set. */
const STEP_MS = 20;

/**
 * Redis' time: the one clock that all processes of an installation share. The offset of this machine's clock is measured
 * by `measure`, at the start and every 10 s; between two measurements, a step of this machine's clock is corrected with the
 * monotonic clock. Until the first one it is the machine's own time. See `ClockWatch` for steps of Redis' clock.
 */
export class RedisClock extends SystemClock {
  readonly #redis: RedisClient;
  readonly #options: RedisClockOptions;
  readonly #wall: () => number;
  #offset: () => number = () => 0;
  #measuring: Promise<void> | null = null;
  #measured = false;
  /** While this clock is watched, a step of Redis' clock is not followed until `adopt`. */
  watched = false;

  constructor(redis: RedisClient, options: RedisClockOptions = {}) {
    super(() => this.#offset());
    this.#redis = redis;
    this.#options = options;
    this.#wall = options.wall ?? Date.now;
  }

  override now(): number {
    return this.#wall() + this.#offset();
  }

  /** How far Redis' clock is ahead of this machine's (ms). */
  override get offsetMs(): number {
    return this.#offset();
  }

  /** Measures now. When it rejects, the last offset stays in effect. */
  async measure(): Promise<void> {
    this.#measuring ??= this.#measure().finally(() => {
      this.#measuring = null;
    });
    await this.#measuring;
  }

  /** One reading, which changes nothing. */
  async read(): Promise<RedisReading> {
    const { offset, roundTrip, redisAt } = await this.#sample();
    const differenceMs = offset - this.#offset();
    // A late answer is less precise: only a difference that the delay cannot explain is a step.
    const stepMs = Math.sign(differenceMs) * Math.max(0, Math.abs(differenceMs) - roundTrip / 2);
    return { stepMs, redisAt, wallAheadMs: -offset };
  }

  /** Makes Redis' time the time of the service, however much it differs. */
  async adopt(): Promise<void> {
    this.#measured = false;
    await this.measure();
  }

  /** Carries on a time that is this far ahead of Redis' (ms). */
  shift(aheadMs: number): void {
    const offset = this.#offset() + Math.round(aheadMs);
    this.#anchorAt(offset, this.#wall() - this.monotonic());
  }

  async #measure(): Promise<void> {
    let best: Sample | null = null;
    for (let n = 0; n < (this.#options.samples ?? SAMPLES); n += 1) {
      const sample = await this.#sample();
      if (!best || sample.roundTrip < best.roundTrip) best = sample;
    }
    if (!best) return;
    if (this.watched && this.#measured && Math.abs(best.offset - this.#offset()) > MAX_DIFFERENCE_MS) return;
    this.#measured = true;
    this.#anchorAt(best.offset, best.anchor);
  }

  #anchorAt(offset: number, anchor: number): void {
    this.#offset = () => {
      const moved = this.#wall() - this.monotonic() - anchor;
      return Math.abs(moved) < STEP_MS ? offset : offset - Math.round(moved);
    };
  }

  async #sample(): Promise<Sample> {
    const sent = this.monotonic();
    const sentWall = this.#wall();
    const [seconds, micros] = await this.#redis.time();
    const roundTrip = this.monotonic() - sent;
    const theirs = Number(seconds) * 1_000 + Number(micros) / 1_000;
    const difference = theirs - (sentWall + roundTrip / 2);
    // Within the error of the measurement the clocks agree: on one machine the offset is exactly 0. Otherwise it is rounded
    // down, which makes us late by less than a millisecond rather than early.
    const agree = Math.abs(difference) <= roundTrip / 2 + 1;
    const offset = agree ? 0 : Math.floor(difference);
    return { roundTrip, offset, anchor: sentWall - sent, redisAt: theirs };
  }
}

export interface RedisReading {
  /** Redis' TIME minus the time of the service as this process carries it on, ms. */
  stepMs: number;
  /** Redis' TIME, ms. */
  redisAt: number;
  /** This machine's wall clock minus Redis' TIME, ms. */
  wallAheadMs: number;
}

interface Sample {
  /** Redis' TIME, ms. */
  redisAt: number;
  /** Ms. */
  roundTrip: number;
  /** Ms to add to the wall clock. */
  offset: number;
  /** Wall clock minus monotonic clock at the time (ms). */
  anchor: number;
}
