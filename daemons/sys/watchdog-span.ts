/**
 * What systemd expects of a service with WatchdogSec=, sd_watchdog_enabled(3).
 *
 * @param parts How often within that time the service is looked at; one look may then be late.
 * @returns Milliseconds between two looks, or undefined where nobody waits for them.
 */
export function watchdogEveryMs(parts = 3, env: NodeJS.ProcessEnv = process.env): number | undefined {
  const { WATCHDOG_USEC: spanUs, WATCHDOG_PID: pid } = env;
  if (spanUs === undefined || (pid !== undefined && Number(pid) !== process.pid)) return undefined;
  const spanMs = Number(spanUs) / 1_000;
  return spanMs > 0 ? spanMs / parts : undefined;
}
