/** Where image builders that leave osbuild's log in the image put it. */
export const OSBUILD_LOGS = ['/var/log/osbuild.log', '/var/log/osbuild/osbuild.log'];

/** Sum of the stages' durations: osbuild's LogMonitor ends each with a line such as "⏱  Duration: 12s". */
export function parseOsbuild(log: string): number | undefined {
  const stages = [...log.matchAll(/^\S*\s*Duration: (\d+(?:\.\d+)?)s\s*$/gm)];
  const seconds = stages.reduce((sum, [, each]) => sum + Number(each), 0);
  return seconds > 0 ? seconds : undefined;
}
