import { cpuProfile } from '../../../lib/picker/io/admin-server-profile';

const seconds = (text: string): URLSearchParams => new URLSearchParams({ seconds: text });

test('gives a CPU profile, and only one at a time', async () => {
  const [profile, refused] = await Promise.all([cpuProfile(seconds('1')), cpuProfile(seconds('1'))]);

  expect(profile.status).toBeUndefined();
  expect(Object.keys(JSON.parse(profile.body.toString()) as object)).toEqual(
    expect.arrayContaining(['nodes', 'samples', 'timeDeltas']),
  );
  expect(refused).toMatchObject({ status: 409, body: 'a profile is being taken; try again in a while\n' });
});

test.each(['0', '31', '1.5', 'long', ''])('takes no profile of %j seconds', async (text) => {
  expect(await cpuProfile(seconds(text))).toMatchObject({
    status: 400,
    body: `seconds is '${text}'; give a whole number from 1 to 30\n`,
  });
});
