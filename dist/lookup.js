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
};
