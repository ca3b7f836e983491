/** Loads what any action of this kind loads, as a yardstick for the start of dist/main. Only script/bench bundles it. */
import * as core from '@actions/core'
import * as exec from '@actions/exec'
import * as toolCache from '@actions/tool-cache'

if ([core.getInput, exec.exec, toolCache.find].some((each) => typeof each !== 'function')) throw new Error('the bare bundle is incomplete')
