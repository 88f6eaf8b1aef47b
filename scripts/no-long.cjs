// Stands in for the package `long` in the bundles: 64-bit fields are plain numbers here.
module.exports = undefined;
