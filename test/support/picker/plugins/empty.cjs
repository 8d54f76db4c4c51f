module.exports = { nothing: 1 };
