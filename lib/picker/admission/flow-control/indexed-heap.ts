/** What a heap keeps of a node. */
export interface HeapNode {
  /** Place in the heap; -1 while in none. Written by the heap alone. */
  heapIndex: number;
}

/** A priority queue that also removes from its middle, so that nothing dead stays in it. All in O(log n). */
export class IndexedHeap<T extends HeapNode> {
  readonly #before: (a: T, b: T) => boolean;
  readonly #nodes: T[] = [];

  /** `before` says whether its first argument leaves the heap before its second. */
  public constructor(before: (a: T, b: T) => boolean) {
    this.#before = before;
  }

  public get size(): number {
    return this.#nodes.length;
  }

  /** The node that leaves next. */
  public peek(): T | undefined {
    return this.#nodes[0];
  }

  public push(node: T): void {
    this.#nodes.push(node);
    this.#rise(node, this.#nodes.length - 1);
  }

  /** Takes a node out; does nothing for a node that is not in. */
  public remove(node: T): void {
    const at = node.heapIndex;
    if (at < 0) return;
    node.heapIndex = -1;
    const last = this.#nodes.pop();
    if (last === undefined || last === node) return;
    this.#rise(last, at);
    if (last.heapIndex === at) this.#sink(last, at);
  }

  #rise(node: T, from: number): void {
    let at = from;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = this.#nodes[above];
      if (parent === undefined || !this.#before(node, parent)) break;
      this.#place(parent, at);
      at = above;
    }
    this.#place(node, at);
  }

  #sink(node: T, from: number): void {
    let at = from;
    for (;;) {
      const child = this.#firstChild(at);
      if (child === undefined || !this.#before(child, node)) break;
      const below = child.heapIndex;
      this.#place(child, at);
      at = below;
    }
    this.#place(node, at);
  }

  #firstChild(at: number): T | undefined {
    const left = this.#nodes[2 * at + 1];
    const right = this.#nodes[2 * at + 2];
    return left !== undefined && right !== undefined && this.#before(right, left) ? right : left;
  }

  #place(node: T, at: number): void {
    this.#nodes[at] = node;
    node.heapIndex = at;
  }
}
