/** What a list keeps of a node. A node is in one list at a time. */
export interface ListNode<T> {
  previous: T | undefined;
  next: T | undefined;
}

/** Nodes in the order in which they came; any of them leaves in O(1). */
export class LinkedList<T extends ListNode<T>> {
  #first: T | undefined;
  #last: T | undefined;
  #size = 0;

  public get first(): T | undefined {
    return this.#first;
  }

  public get size(): number {
    return this.#size;
  }

  /** Adds a node that is in no list. */
  public append(node: T): void {
    node.previous = this.#last;
    if (this.#last === undefined) this.#first = node;
    else this.#last.next = node;
    this.#last = node;
    this.#size += 1;
  }

  /** Takes out a node of this list. */
  public remove(node: T): void {
    if (node.previous === undefined) this.#first = node.next;
    else node.previous.next = node.next;
    if (node.next === undefined) this.#last = node.previous;
    else node.next.previous = node.previous;
    node.previous = undefined;
    node.next = undefined;
    this.#size -= 1;
  }
}
