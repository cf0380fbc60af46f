const written = [
  'configmaps greenpath-web-v2',
  'configmaps settings-v2',
  'deployments web-v2',
  'ingresses greenpath-web',
  'ingresses greenpath-web-parking',
  'services web-v2',
];
const situationReads = (record: number) => [
  `get configmaps greenpath-web-v2 ${record}`,
  'list endpointslices 200',
  // The documented Role does not have this right, which belongs to the whole cluster.
  'list ingressclasses 403',
  'list ingresses 200',
  'list services 200',
];
/** What is live; of a version that nobody released with Greenpath, only its Deployments. */
const LIVE = 'list deployments 200';
/** Besides, whether another app has objects of these names. */
export const deployReads = (record: number) =>
  [...situationReads(record), 'list configmaps 200', 'list deployments 200', LIVE].toSorted();
export const dryRuns = (status: number) =>
  written.filter((name) => !name.includes('greenpath-web-v2')).map((name) => `patch ${name} (dry run) ${status}`);

export const runningReads = ['get configmaps settings-v2 200', 'list deployments 200', 'list pods 200'];
export const verifyReads = [...situationReads(200), ...runningReads, LIVE].toSorted();

export const promoteReads = [...situationReads(200), ...runningReads, 'list horizontalpodautoscalers 200'].toSorted();
