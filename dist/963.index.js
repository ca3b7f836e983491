export const id = 963;
export const ids = [963];
export const modules = {

/***/ 6963:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   credentialsOf: () => (/* binding */ credentialsOf)
/* harmony export */ });
/**
 * What GitHub's token is asked for, as a role's trust policy expects it: aws-actions/configure-aws-credentials' own default, and
 * in the China regions what AWS and that action's documentation name.
 */
const audience = (region) => (region.startsWith('cn-') ? 'sts.amazonaws.com.cn' : 'sts.amazonaws.com');
const SESSION = 'k8s-image-action';
/**
 * @param account what stands in for `env`: its keys are the only ones; without keys, the SDK looks everywhere that it knows
 * @param clientConfig how requests for credentials leave the runner
 */
async function credentialsOf(account, env, clientConfig) {
    const own = ownKeys(account);
    const sdk = await Promise.all(/* import() */[__webpack_require__.e(609), __webpack_require__.e(861), __webpack_require__.e(719)]).then(__webpack_require__.t.bind(__webpack_require__, 9719, 19));
    let current = own === undefined ? sdk.fromNodeProviderChain({ clientConfig }) : async () => own;
    let renewing;
    /** Assumes the role of AWS_ROLE_ARN by the token in AWS_WEB_IDENTITY_TOKEN_FILE, or by a new one of GitHub's. */
    const assume = async (region) => {
        const roleArn = env.AWS_ROLE_ARN;
        if (own !== undefined || !roleArn)
            return false;
        const given = { roleArn, roleSessionName: env.AWS_ROLE_SESSION_NAME || SESSION };
        const settings = { ...given, clientConfig: { ...clientConfig, region } };
        let credentials;
        if (env.AWS_WEB_IDENTITY_TOKEN_FILE) {
            const file = { ...settings, webIdentityTokenFile: env.AWS_WEB_IDENTITY_TOKEN_FILE };
            credentials = await sdk.fromTokenFile(file)();
        }
        else {
            if (!env.ACTIONS_ID_TOKEN_REQUEST_URL)
                return false;
            const { getIDToken } = await Promise.resolve(/* import() */).then(__webpack_require__.bind(__webpack_require__, 3838));
            const webIdentityToken = await getIDToken(audience(region));
            credentials = await sdk.fromWebToken({ ...settings, webIdentityToken })();
        }
        // When these expire, AWS says so, and they are renewed in turn.
        current = async () => credentials;
        return true;
    };
    return {
        // `memoized`: the SDK asks for them at each call, and does not keep the first for ever.
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
