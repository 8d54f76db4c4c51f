import { extProcMethods } from '../../../lib/picker/io/ext-proc-server';
import { GrpcServer } from '../../../lib/picker/io/grpc-server';
import { RawClient } from '../../support/picker/ext-proc-client';
import { bodyMessage, headersMessage } from '../../support/picker/ext-proc-messages';
import { FakeDirector } from '../../support/picker/fake-director';

test('a whole exchange over a socket', async () => {
  const director = new FakeDirector();
  const faults: unknown[] = [];
  const onFault = (e: unknown): void => {
    faults.push(e);
  };
  const methods = extProcMethods({
    director,
    clock: { now: () => 0, wallTime: () => 0 },
    maxBodyBytes: 1e6,
    maxHeldBytes: 1e7,
    onFault,
  });
  const server = new GrpcServer({ methods, maxMessageBytes: 4e6, tls: undefined, keepaliveMs: 60_000, onFault });
  const port = await server.listen(0, '127.0.0.1');
  const client = await RawClient.connect(`http://127.0.0.1:${port}`);
  const call = client.call();
  call.send(headersMessage('request', [[':path', '/v1/completions']]), bodyMessage('request', '{}', true));
  console.log(await call.answers(2));
  call.send(headersMessage('response', [[':status', '200']]));
  console.log(await call.answer());
  call.send(bodyMessage('response', 'data', true));
  console.log(await call.answer());
  call.halfClose();
  console.log(await call.end(), faults);
  const drained = server.drain(1000);
  client.session.close();
  await drained;
});
