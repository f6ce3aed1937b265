/** What is still to run in each state and what that costs at least, by state in order of the seconds left. */
export class Labels {
  left = new Int32Array(1024);
  costs = new Float64Array(1024);
  used = 0;
  readonly #from: Int32Array;
  readonly #to: Int32Array;

  constructor(nodes: number) {
    this.#from = new Int32Array(nodes);
    this.#to = new Int32Array(nodes);
  }

  from(node: number): number {
    return this.#from[node] as number;
  }

  to(node: number): number {
    return this.#to[node] as number;
  }

  sizeOf(node: number): number {
    return this.to(node) - this.from(node);
  }

  isEmpty(node: number): boolean {
    return this.sizeOf(node) === 0;
  }

  /** Takes those of another state as they are. */
  share(node: number, other: number): void {
    this.#from[node] = this.from(other);
    this.#to[node] = this.to(other);
  }

  /** Opens a state for as many as two others have. */
  begin(node: number, some: number, others: number): void {
    this.#from[node] = this.used;
    const needed = this.used + some + others;
    if (needed <= this.left.length) return;
    const [left, costs] = [this.left, this.costs];
    this.left = new Int32Array(2 * needed);
    this.costs = new Float64Array(2 * needed);
    this.left.set(left);
    this.costs.set(costs);
  }

  add(seconds: number, cost: number): void {
    this.left[this.used] = seconds;
    this.costs[this.used] = cost;
    this.used += 1;
  }

  end(node: number): void {
    this.#to[node] = this.used;
  }

  /** Infinite where the state is not kept. */
  cost(node: number, seconds: number): number {
    let [low, high] = [this.from(node), this.to(node)];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.left[middle] as number) < seconds) low = middle + 1;
      else high = middle;
    }
    return low < this.to(node) && this.left[low] === seconds ? (this.costs[low] as number) : Number.POSITIVE_INFINITY;
  }
}
