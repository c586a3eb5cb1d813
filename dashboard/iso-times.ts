/** Finds the times in the API's sentences. Pure. */

/** Not the value of an option: a command must stay as it can be typed. */
const ISO_TIME = /(?<!--\w+ )\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z/g;

/** @param show formats a time (ms), told whether its seconds matter */
export function withTimes(text: string, show: (at: number, withSeconds: boolean) => string): string {
  return text.replace(ISO_TIME, (iso) => {
    const at = Date.parse(iso);
    return Number.isFinite(at) ? show(at, at % 60_000 >= 1_000) : iso;
  });
}
