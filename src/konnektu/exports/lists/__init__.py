"""The lists of the product, one module a list; `konnektu.exports.api.LISTS` names them all."""
