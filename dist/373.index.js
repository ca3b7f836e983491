export const id = 373;
export const ids = [373];
export const modules = {

/***/ 21373:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   agentsFor: () => (/* binding */ agentsFor)
/* harmony export */ });
/* harmony import */ var node_http__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(37067);
/* harmony import */ var node_http__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_http__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_https__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(44708);
/* harmony import */ var node_https__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_https__WEBPACK_IMPORTED_MODULE_1__);


const CONNECTIONS = 50;
const PROXY = /^https?_proxy$/i;
function withoutProxy(env) {
    const entries = (env.no_proxy || env.NO_PROXY || '').split(/[\s,]+/).filter((entry) => entry !== '');
    return entries.flatMap((entry) => (/^[.*]/.test(entry) ? [entry] : [entry, `.${entry}`])).join(',');
}
function agentsFor(env) {
    const isSet = Object.entries(env).some(([name, value]) => PROXY.test(name) && value);
    const proxyEnv = { ...env, no_proxy: withoutProxy(env) };
    const options = { keepAlive: true, maxSockets: CONNECTIONS, ...(isSet ? { proxyEnv } : {}) };
    return { httpAgent: new node_http__WEBPACK_IMPORTED_MODULE_0__.Agent(options), httpsAgent: new node_https__WEBPACK_IMPORTED_MODULE_1__.Agent(options) };
}


/***/ })

};
