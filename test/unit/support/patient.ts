/** For all tests (jest.config.js): those that start processes or load the AWS SDK may take seconds each on a busy machine. */
import { jest } from '@jest/globals'

jest.setTimeout(120_000)
