/** Import in tests that start processes or load the AWS SDK: on a busy machine each may take seconds. */
import { jest } from '@jest/globals'

jest.setTimeout(120_000)
