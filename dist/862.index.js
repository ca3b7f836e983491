export const id = 862;
export const ids = [862];
export const modules = {

/***/ 54862:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Patience: () => (/* binding */ Patience)
/* harmony export */ });
/* harmony import */ var _smithy_core_retry__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(23609);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(99378);


const ATTEMPTS = 7;
const ATTEMPTS_THROTTLED = 10;
const ATTEMPTS_UNANSWERED = 4;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 20_000;
class Patience {
    #calls = new WeakMap();
    #scale;
    constructor(scale = 1) {
        this.#scale = scale;
    }
    async acquireInitialRetryToken(scope) {
        const call = oneCall(this.#scale);
        const token = await call.acquireInitialRetryToken(scope);
        this.#calls.set(token, call);
        return token;
    }
    async refreshRetryTokenForRetry(token, info) {
        const call = this.#calls.get(token);
        if (call === undefined || token.getRetryCount() + 1 >= triesFor(info.error))
            throw new Error('no try is left');
        const errorType = (0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .isThrottled */ .B5)(info.error) ? 'THROTTLING' : (0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .isNotReached */ .CY)(info.error) ? 'TRANSIENT' : info.errorType;
        const next = await call.refreshRetryTokenForRetry(token, { ...info, errorType });
        this.#calls.set(next, call);
        return next;
    }
    recordSuccess() { }
}
function triesFor(error) {
    if ((0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .errorCode */ .CA)(error) === 'ENOTFOUND')
        return 1;
    if ((0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .isThrottled */ .B5)(error))
        return ATTEMPTS_THROTTLED;
    return (0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .isNotReached */ .CY)(error) ? ATTEMPTS_UNANSWERED : ATTEMPTS;
}
function oneCall(scale) {
    let base = FIRST_PAUSE;
    return new _smithy_core_retry__WEBPACK_IMPORTED_MODULE_1__.StandardRetryStrategy({
        maxAttempts: ATTEMPTS_THROTTLED,
        baseDelay: FIRST_PAUSE,
        backoff: {
            setDelayBase: (milliseconds) => {
                base = milliseconds;
            },
            computeNextBackoffDelay: (tries) => Math.min(base * 2 ** tries, LONGEST_PAUSE) * (0.5 + Math.random() / 2) * scale,
        },
    });
}


/***/ })

};
