module.exports = new Proxy({}, {
  get(_, name) {
    return function () {
      throw new Error(`${String(name)} is not part of this bundle`);
    };
  },
});
