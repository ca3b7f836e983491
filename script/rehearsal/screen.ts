/** The screen of a rehearsal: one line per step, with its time. Output of programs goes into a log. */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Seconds between lines about the same step. */
const STILL = 60
/** Lines of the log that a failure shows. */
const TAIL = 15

export interface Screen {
  /** A line for people, also in the log. */
  say(line: string): void
  /** A line below a step, cut to the screen's width; not in the log. */
  show(line: string): void
  /** A line for the log; with `now`, it also describes the step's progress. */
  log(line: string, now?: boolean): void
  /**
   * Runs one of the announced steps: reports its start, its progress and its duration.
   *
   * @param guess its expected seconds, if known
   */
  step<T>(title: string, work: () => Promise<T>, guess?: number): Promise<T>
  /** The end of the log, after a failure. */
  tail(): void
}

/** @param file the log, which is overwritten. @param steps their number */
export function openScreen(
  file: string,
  steps: number,
  print: (line: string) => void = (line) => process.stdout.write(`${line}\n`),
): Screen {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, '')
  let at = 0
  let doing = ''
  const log = (line: string, now = false) => {
    appendFileSync(file, `${line}\n`)
    if (now) doing = line.trim()
  }
  const say = (line: string) => {
    log(line)
    print(line)
  }
  return {
    say,
    show: (line) => print(`        ${shortened(line, 150)}`),
    log,
    step: async (title, work, guess) => {
      const name = `${++at} of ${steps}  ${title}`
      const start = performance.now()
      const passed = () => Math.round((performance.now() - start) / 1000)
      doing = ''
      say(guess === undefined ? name : `${name} (${about(guess)})`)
      const still = () => print(`        ${passed()} s: ${shortened(doing)}`)
      const timer = setInterval(() => doing && still(), STILL * 1000)
      try {
        const result = await work()
        if (passed() >= 1) say(`        done in ${passed()} s`)
        return result
      } finally {
        clearInterval(timer)
      }
    },
    tail: () => {
      const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(-TAIL)
      print(`the last lines of ${file}:`)
      for (const line of lines) print(`  ${shortened(line, 160)}`)
    },
  }
}

/** `about 4 min`. */
export const about = (seconds: number) =>
  seconds < 60 ? `about ${Math.max(1, Math.round(seconds))} s` : `about ${Math.round(seconds / 60)} min`

const shortened = (text: string, most = 110) => (text.length > most ? `${text.slice(0, most - 1)}…` : text)
