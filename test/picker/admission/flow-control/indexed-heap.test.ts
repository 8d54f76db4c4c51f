import * as fc from 'fast-check';
import { IndexedHeap } from '../../../../lib/picker/admission/flow-control/indexed-heap';

interface Node {
  readonly key: number;
  heapIndex: number;
}

const node = (key: number): Node => ({ key, heapIndex: -1 });

test('nodes leave in order, whichever others were taken out of the middle', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 })), fc.array(fc.nat(100)), (keys, removals) => {
      const heap = new IndexedHeap<Node>((a, b) => a.key < b.key);
      const kept = keys.map(node);
      for (const one of kept) heap.push(one);
      for (const at of removals)
        kept.splice(at, 1).forEach((one) => {
          heap.remove(one);
        });

      const left: number[] = [];
      for (let next = heap.peek(); next !== undefined; next = heap.peek()) {
        left.push(next.key);
        heap.remove(next);
      }

      expect(left).toEqual(kept.map(({ key }) => key).sort((a, b) => a - b));
      expect(heap.size).toBe(0);
    }),
    { seed: 20260801 },
  );
});

test('taking out a node that is not in does nothing', () => {
  const heap = new IndexedHeap<Node>((a, b) => a.key < b.key);
  const only = node(1);
  heap.push(only);
  heap.remove(node(2));
  heap.remove(only);
  heap.remove(only);

  expect(heap.size).toBe(0);
});
