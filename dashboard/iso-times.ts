/** Finds the times in the API's sentences. Pure. */

const ISO_TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z/g;

/** @param show formats a time (ms), told whether its seconds matter */
export function withTimes(text: string, show: (at: number, withSeconds: boolean) => string): string {
  return text.replace(ISO_TIME, (iso) => {
    const at = Date.parse(iso);
    return Number.isFinite(at) ? show(at, at % 60_000 >= 1_000) : iso;
  });
}
