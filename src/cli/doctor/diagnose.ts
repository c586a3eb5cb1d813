import { type Config, ConfigError, type ConfigProblem, loadConfig } from '../../config.ts';
import type { CliIo } from '../io.ts';
import { type Check, type CheckResult, runChecks } from './check.ts';
import { mailChecks } from './mail-check.ts';
import { redisChecks } from './redis-checks.ts';
import { problemChecks, settingsChecks } from './settings-checks.ts';
import { zoomChecks } from './zoom-checks.ts';

/** Runs every check that applies to the settings; `onResult` receives each result. */
export async function diagnose(io: CliIo, onResult: (result: CheckResult) => void): Promise<CheckResult[]> {
  const read = readConfig(io);
  if (read.config === null) return runChecks(problemChecks(read.problems), onResult);
  const redis = await redisChecks(read.config, io.clock, io.env);
  const checks: Check[] = [
    ...redis.checks,
    ...zoomChecks(read.config, io.clock, redis.isSandbox),
    ...settingsChecks(read.config, redis.isSandbox),
    ...mailChecks(read.config),
  ];
  try {
    return await runChecks(checks, onResult);
  } finally {
    await redis.close();
  }
}

function readConfig(io: CliIo): { config: Config; problems: [] } | { config: null; problems: ConfigProblem[] } {
  try {
    return { config: loadConfig(io.env, { terminal: io.isTTY }), problems: [] };
  } catch (error) {
    if (error instanceof ConfigError) return { config: null, problems: error.problems };
    throw error;
  }
}
