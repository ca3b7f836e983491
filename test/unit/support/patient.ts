/** A longer time limit for all tests (jest.config.js): on a busy machine, processes and the AWS SDK may take seconds. */
import { jest } from '@jest/globals'

jest.setTimeout(120_000)
