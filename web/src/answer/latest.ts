/**
 * Does one job at a time. Of the jobs that come meanwhile only the newest is kept: a pen makes new pictures
 * faster than they can be read, and nobody wants the reading of an old one.
 */
export class Latest<Job> {
  readonly #run: (job: Job, signal: AbortSignal) => Promise<void>;
  readonly #delay: () => number;
  #waiting: Job | null = null;
  #running: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `run` must not reject. `delay`: ms until the next job may begin; Infinity: not before `start`. */
  constructor(run: (job: Job, signal: AbortSignal) => Promise<void>, delay: () => number) {
    this.#run = run;
    this.#delay = delay;
  }

  get waiting(): Job | null {
    return this.#waiting;
  }

  add(job: Job): void {
    this.#waiting = job;
    this.start();
  }

  /** Begins the job that waits, if none is under way and it may begin. */
  start(): void {
    clearTimeout(this.#timer);
    if (this.#running || this.#waiting === null) return;
    const delay = this.#delay();
    if (delay === 0) void this.#begin(this.#waiting);
    else if (delay < Number.POSITIVE_INFINITY) this.#timer = setTimeout(() => this.start(), delay);
  }

  /** Gives up the job that waits and the one under way. */
  drop(): void {
    clearTimeout(this.#timer);
    this.#waiting = null;
    this.#running?.abort();
    this.#running = null;
  }

  async #begin(job: Job): Promise<void> {
    const mine = new AbortController();
    this.#waiting = null;
    this.#running = mine;
    await this.#run(job, mine.signal);
    if (this.#running !== mine) return; // dropped meanwhile
    this.#running = null;
    this.start();
  }
}
