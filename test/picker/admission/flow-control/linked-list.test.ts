import * as fc from 'fast-check';
import { LinkedList, type ListNode } from '../../../../lib/picker/admission/flow-control/linked-list';

class Node implements ListNode<Node> {
  public previous: Node | undefined;
  public next: Node | undefined;
  public constructor(public readonly name: number) {}
}

test('nodes stay in the order in which they came, whichever leave', () => {
  fc.assert(
    fc.property(fc.nat(20), fc.array(fc.nat(20)), (count, removals) => {
      const list = new LinkedList<Node>();
      const nodes = Array.from({ length: count }, (_, i) => new Node(i));
      for (const one of nodes) list.append(one);
      for (const at of removals)
        nodes.splice(at, 1).forEach((one) => {
          list.remove(one);
        });

      const found: number[] = [];
      for (let at = list.first; at !== undefined; at = at.next) found.push(at.name);

      expect(found).toEqual(nodes.map(({ name }) => name));
      expect(list.size).toBe(nodes.length);
    }),
    { seed: 20260801 },
  );
});
