/**
 * Why `npm ci` has to run, or undefined if what package-lock.json wants is installed.
 * `locked` is package-lock.json, `installed` is node_modules/.package-lock.json, which npm writes at its very end.
 */
export function whyInstall(locked, installed) {
  if (installed === undefined) return 'nothing is installed yet';
  const wanted = locked.packages;
  const present = installed.packages;
  for (const [place, { version, optional, link }] of Object.entries(wanted)) {
    if (place === '' || link) continue;
    // Optional packages are those of other platforms too.
    if (present[place] === undefined && optional) continue;
    if (present[place]?.version !== version) return `${nameOf(place)} is not installed in version ${version}`;
  }
  const more = Object.keys(present).find((place) => wanted[place] === undefined);
  return more === undefined ? undefined : `${nameOf(more)} is installed and not wanted any more`;
}

/** `node_modules/a/node_modules/b` → `b`. */
function nameOf(place) {
  return place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
}
