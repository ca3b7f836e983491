export const id = 285;
export const ids = [285];
export const modules = {

/***/ 61285:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  prepare: () => (/* binding */ prepare)
});

// EXTERNAL MODULE: ./src/lib/redact.ts
var redact = __webpack_require__(60310);
// EXTERNAL MODULE: ./src/model/account.ts
var model_account = __webpack_require__(64214);
// EXTERNAL MODULE: ./src/plan/groups.ts
var groups = __webpack_require__(89675);
// EXTERNAL MODULE: ./src/plan/lock-file.ts
var lock_file = __webpack_require__(94303);
// EXTERNAL MODULE: ./src/lib/errors.ts
var lib_errors = __webpack_require__(97268);
;// CONCATENATED MODULE: ./src/preflight/programs.ts

const PROGRAMS = { bash: '--version', ssh: '-V' };
async function checkPrograms(exec) {
    const found = await Promise.all(Object.entries(PROGRAMS).map(async ([name, call]) => ({ name, code: (await exec(name, [call])).code })));
    const missing = found.filter(({ code }) => code !== 0).map(({ name }) => name);
    if (missing.length > 0)
        throw new lib_errors/* UserError */.yo('runner', `the runner lacks ${missing.join(' and ')}`, 'install openssh-client and bash on the runner, or in the container');
}

// EXTERNAL MODULE: ./src/publish/tasks.ts + 3 modules
var publish_tasks = __webpack_require__(64615);
// EXTERNAL MODULE: ./src/actions/build/job.ts
var build_job = __webpack_require__(44079);
// EXTERNAL MODULE: ./src/aws/errors.ts
var aws_errors = __webpack_require__(99378);
;// CONCATENATED MODULE: ./src/actions/build/preflight.ts


async function preflightTasks(job, tasks, account) {
    const built = tasks.filter(({ action, inputs }) => action.kind === 'build' && inputs.preflight);
    const groups = [...new Set(built.map(({ plan }) => plan))].flatMap((plan) => {
        const own = built.filter((task) => task.plan === plan);
        const [first] = own;
        if (first === undefined)
            return [];
        const instanceTypes = own.map(({ image, inputs }) => inputs.instanceType ?? image.system.instanceType);
        const { region, copyRegions } = plan;
        const bases = own.map(({ image }) => ({ os: image.os, ...image.system }));
        return [{ inputs: { ...first.inputs, bases }, region, copyRegions, image: first.image, instanceTypes }];
    });
    await preflightGroups(job, groups, tasks[0]?.inputs.parallelBuilds ?? 1, account);
}
async function preflightRefused(job, wanted, error, account) {
    const errors = error instanceof lib_errors/* UserErrors */.tQ ? error.errors : [error];
    if (!errors.some((each) => (0,aws_errors/* isRefused */.H0)(each)))
        return;
    const groups = wanted.flatMap(({ inputs }) => {
        const { region, amiRegions } = inputs;
        const copyRegions = amiRegions === 'all' ? [] : amiRegions.filter((each) => each !== region);
        return inputs.preflight ? [{ inputs, region, copyRegions, image: undefined, instanceTypes: [] }] : [];
    });
    await preflightGroups(job, groups, 1, account);
}
async function preflightGroups(job, groups, parallel, account) {
    if (groups.length === 0)
        return;
    const { effects, log, runId, reportDirectory } = job;
    const { preflight } = await __webpack_require__.e(/* import() */ 43).then(__webpack_require__.bind(__webpack_require__, 31043));
    await preflight({ groups, parallel, runId, reportDirectory }, { aws: effects.aws(account), clock: effects.clock, log });
}

// EXTERNAL MODULE: ./src/actions/build/rehearsal.ts
var rehearsal = __webpack_require__(55031);
;// CONCATENATED MODULE: ./src/actions/build/prepare.ts









async function prepare(job, wanted, state) {
    const { effects, log } = job;
    const inputs = (0,groups/* jobInputs */.v)(wanted);
    const failed = new AbortController();
    const unneeded = new AbortController();
    const signal = AbortSignal.any([job.signal, failed.signal]);
    const preparation = { log, signal };
    const account = async () => {
        if (inputs.rehearse === 'false')
            return model_account/* AWS */.k;
        const rehearsed = await (0,build_job/* watched */.VI)(job, 'rehearsal', () => (0,rehearsal/* startRehearsal */.U6)(inputs, {
            ...preparation,
            root: effects.root,
            directory: job.directory,
            env: effects.env,
            clock: effects.clock,
            onStart: (process, readyFile) => state.change({ rehearsal: { process, readyFile, keep: inputs.rehearse === 'keep' } }),
        }));
        const secrets = (0,redact/* secretsIn */.V)(rehearsed.env);
        for (const secret of secrets)
            log.mask(secret);
        job.secrets = [...job.secrets, ...secrets];
        return rehearsed;
    };
    const planned = async () => {
        const found = await account();
        const ec2 = effects.ec2(found);
        const services = effects.services(found);
        const orPreflight = async (error) => {
            await preflightRefused(job, wanted, error, found);
            throw error;
        };
        const plans = await (0,build_job/* watched */.VI)(job, 'plan', () => (0,groups/* planGroups */.W)(wanted, (each) => effects.makePlan(each, job.runId, found, preparation))).catch(orPreflight);
        if (inputs.lock.mode === 'write')
            (0,lock_file/* writeLock */.b)(inputs.lock, plans, log);
        const tasks = await (0,build_job/* watched */.VI)(job, 'look-up', () => (0,publish_tasks/* findTasks */.Uz)(plans, ec2, services, effects.clock.now())).catch(orPreflight);
        if (!tasks.some(publish_tasks/* needsTools */.TZ))
            unneeded.abort(new Error('there is nothing to build'));
        await (0,build_job/* watched */.VI)(job, 'preflight', () => preflightTasks(job, tasks, found));
        await (0,publish_tasks/* checkTasks */.Ly)(tasks, ec2, services);
        return { account: found, plans, tasks };
    };
    const tools = async () => {
        const until = AbortSignal.any([signal, unneeded.signal]);
        try {
            return await (0,build_job/* watched */.VI)(job, 'tools', async () => {
                await checkPrograms(effects.exec);
                return effects.prepareTools(inputs, { ...preparation, signal: until });
            });
        }
        catch (error) {
            if (unneeded.signal.aborted && !signal.aborted)
                return undefined;
            throw error;
        }
    };
    const stopOther = (error) => {
        failed.abort(error);
        throw error;
    };
    const both = [planned().catch(stopOther), tools().catch(stopOther)];
    await Promise.allSettled(both);
    failed.signal.throwIfAborted();
    const [first, second] = await Promise.all(both);
    return { ...first, tools: second };
}


/***/ })

};
