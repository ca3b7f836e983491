/** What any action of this kind loads: the yardstick for how much dist/main costs to start. Bundled by script/bench, used for nothing else. */
import * as core from '@actions/core'
import * as exec from '@actions/exec'
import * as toolCache from '@actions/tool-cache'

if ([core.getInput, exec.exec, toolCache.find].some((each) => typeof each !== 'function')) throw new Error('the bare bundle is not whole')
