export const id = 963;
export const ids = [963];
export const modules = {

/***/ 96963:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   credentialsOf: () => (/* binding */ credentialsOf)
/* harmony export */ });
const audience = (region) => (region.startsWith('cn-') ? 'sts.amazonaws.com.cn' : 'sts.amazonaws.com');
const SESSION = 'k8s-image-action';
async function credentialsOf(account, env, clientConfig) {
    const own = ownKeys(account);
    const sdk = await Promise.all(/* import() */[__webpack_require__.e(609), __webpack_require__.e(861), __webpack_require__.e(719)]).then(__webpack_require__.t.bind(__webpack_require__, 29719, 19));
    let current = own === undefined ? sdk.fromNodeProviderChain({ clientConfig }) : async () => own;
    let renewing;
    const assume = async (region) => {
        const roleArn = env.AWS_ROLE_ARN;
        if (own !== undefined || !roleArn || !env.ACTIONS_ID_TOKEN_REQUEST_URL)
            return false;
        const given = { roleArn, roleSessionName: env.AWS_ROLE_SESSION_NAME || SESSION };
        const settings = { ...given, clientConfig: { ...clientConfig, region } };
        const { getIDToken } = await Promise.resolve(/* import() */).then(__webpack_require__.bind(__webpack_require__, 33838));
        const webIdentityToken = await getIDToken(audience(region));
        const credentials = await sdk.fromWebToken({ ...settings, webIdentityToken })();
        current = async () => credentials;
        return true;
    };
    return {
        provider: Object.assign(((identity) => current(identity)), { memoized: true }),
        renew: (region) => {
            renewing ??= assume(region)
                .catch(() => false)
                .finally(() => {
                renewing = undefined;
            });
            return renewing;
        },
    };
}
function ownKeys({ AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken, }) {
    if (accessKeyId === undefined || secretAccessKey === undefined)
        return undefined;
    return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}


/***/ })

};
