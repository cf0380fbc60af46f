module.exports = {
  get HttpProxyAgent() {
    return require('./packages.js').HttpProxyAgent;
  },
  get HttpsProxyAgent() {
    return require('./packages.js').HttpsProxyAgent;
  },
  get JSONPath() {
    return require('./packages.js').JSONPath;
  },
  get customFetch() {
    return require('./packages.js').customFetch;
  },
  get discovery() {
    return require('./packages.js').discovery;
  },
  get refreshTokenGrant() {
    return require('./packages.js').refreshTokenGrant;
  },
  get SocksClient() {
    return require('./packages.js').SocksClient;
  },
  get SocksProxyAgent() {
    return require('./packages.js').SocksProxyAgent;
  },
  get Parser() {
    return require('./html.js').Parser;
  },
  get JSONPathEnvironment() {
    return require('./json-path.js').JSONPathEnvironment;
  },
  execSync(...given) {
    return require('node:child_process').execSync(...given);
  },
  spawn(...given) {
    return require('node:child_process').spawn(...given);
  },
  spawnSync(...given) {
    return require('node:child_process').spawnSync(...given);
  },
  createInterface(...given) {
    return require('node:readline').createInterface(...given);
  },
  createContext(...given) {
    return require('node:vm').createContext(...given);
  },
  runInContext(...given) {
    return require('node:vm').runInContext(...given);
  },
  createBrotliDecompress(...given) {
    return require('node:zlib').createBrotliDecompress(...given);
  },
  createGunzip(...given) {
    return require('node:zlib').createGunzip(...given);
  },
  createInflate(...given) {
    return require('node:zlib').createInflate(...given);
  },
};
