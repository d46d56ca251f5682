/** An account as it was known, as it was in force, and as it would be, while its history changes in retrospect. */
import { describe, expect, inject, it } from 'vitest';
import { accepted, expectProblem, newId, openAccount, stream } from '../support/account-journey.ts';
import { httpClient } from '../support/http-client.ts';

const app = httpClient(inject('appUrl'));

type Line = { readonly on: string; readonly what: string; readonly amount: number; readonly total: number };
type Lines = { readonly id: string; readonly total: number; readonly lines: Line[]; readonly next: string | null };
type Supposed = Pick<Lines, 'total' | 'lines'> & { readonly difference: number };

const get = async <Body>(path: string) => (await accepted(app.get<Body>(path))).body;
const send = (id: string, command: string, body: object) => accepted(app.post(`/accounts/${id}/${command}`, body));

/** Newest first: the day, the amount and the total after it. */
const figures = (lines: readonly Line[]) => lines.map(({ on, amount, total }) => [on, amount, total]);

const asBooked = [
  ['2017-08-28', 16_50, 1_666_17],
  ['2017-08-01', 150_00, 1_649_67],
  ['2017-07-28', 14_85, 1_499_67],
  ['2017-07-01', 150_00, 1_484_82],
  ['2017-06-28', 13_22, 1_334_82],
  ['2017-06-01', 150_00, 1_321_60],
  ['2017-05-28', 11_60, 1_171_60],
  ['2017-05-01', 150_00, 1_160_00],
  ['2017-04-28', 10_00, 1_010_00],
  ['2017-04-01', 1_000_00, 1_000_00],
  ['2017-04-01', 0, 0],
];
const inPlace = [
  ['2017-08-28', 21_60, 2_181_32],
  ['2017-08-01', 150_00, 2_159_72],
  ['2017-07-28', 19_90, 2_009_72],
  ['2017-07-01', 150_00, 1_989_82],
  ['2017-06-28', 18_22, 1_839_82],
  ['2017-06-11', 500_00, 1_821_60],
  ...asBooked.slice(5),
];

describe('The worked example', () => {
  it('is told as it was known, in force and supposed, to the cent', async () => {
    const id = newId();
    await send(id, 'open', { owner: 'Ada', on: '2017-04-01' });
    await send(id, 'receive-payment', { amount: 1_000_00, on: '2017-04-01' });
    for (const month of ['04', '05', '06', '07', '08']) {
      if (month !== '04') await send(id, 'receive-premium', { amount: 150_00, on: `2017-${month}-01` });
      await send(id, 'pay-interest', { percent: 1, on: `2017-${month}-28` });
    }

    const supposed = await get<Supposed>(`/accounts/${id}/what-if?payment=50000&on=2017-06-11`);
    expect(supposed).toEqual({ total: 2_181_32, difference: 515_15, lines: expect.any(Array) });
    expect(figures(supposed.lines)).toEqual(inPlace);
    const before = await stream(app, id);
    expect(before.version).toBe(11);

    await send(id, 'receive-retroactive-payment', { amount: 500_00, effectiveOn: '2017-06-11', on: '2017-08-29' });
    const [payment, correction] = (await stream(app, id, '?after=11')).events;
    expect([payment?.data, correction?.data]).toMatchObject([{ amount: 500_00 }, { amount: 15_15 }]);
    await send(id, 'receive-premium', { amount: 150_00, on: '2017-09-01' });
    await send(id, 'pay-interest', { percent: 1, on: '2017-09-28' });

    const known = (event: (typeof before.events)[number] | undefined) =>
      app.get<Lines>(`/accounts/${id}/statement?as-at=${event?.context.when}`);
    const asItWas = await accepted(known(before.events.at(-1)));
    expect(asItWas.headers.get('etag')).toBe('"11"');
    expect(asItWas.body).toMatchObject({ id, total: 1_666_17, next: null });
    expect(figures(asItWas.body.lines)).toEqual(asBooked);
    const corrected = await accepted(known(correction));
    expect(corrected.headers.get('etag')).toBe('"13"');
    expect(figures(corrected.body.lines)).toEqual([
      ['2017-08-29', 15_15, 2_181_32],
      ['2017-08-29', 500_00, 2_166_17],
      ...asBooked,
    ]);

    const september = [
      ['2017-09-28', 23_31, 2_354_63],
      ['2017-09-01', 150_00, 2_331_32],
    ];
    const timeline = await accepted(app.get<Lines>(`/accounts/${id}/timeline`));
    expect(timeline.headers.get('etag')).toBe('"15"');
    expect(timeline.body).toMatchObject({ id, total: 2_354_63, next: null });
    expect(figures(timeline.body.lines)).toEqual([...september, ...inPlace]);
    for (const [asOf, lines] of [
      ['2017-09-01', [...september.slice(1), ...inPlace]],
      ['2017-08-29', inPlace],
      ['2017-06-11', inPlace.slice(5)],
      ['2017-06-10', asBooked.slice(5)],
      ['2017-04-01', asBooked.slice(9)],
    ] as const) {
      const { total, lines: found } = await get<Lines>(`/accounts/${id}/timeline?as-of=${asOf}`);
      expect([asOf, total, figures(found)]).toEqual([asOf, lines[0]?.[2], lines]);
    }
  });
});

describe('An account asked through time', () => {
  it('is 400 with the reason where there is no answer, and 404 where there is no account', async () => {
    const id = await openAccount(app, { on: '2017-04-01', amount: 10_00 });
    const now = new Date().toISOString();
    for (const [query, code] of [
      ['statement?as-at=yesterday', 'invalid_format'],
      ['statement?as-at=2017-02-30T00:00:00.000Z', 'invalid_format'],
      [`statement?as-at=${now}&as-at=${now}`, 'invalid_format'],
      ['statement?as-at=2017-04-01T00:00:00.000Z', 'before-the-beginning'],
      ['statement?as-at=2999-01-01T00:00:00.000Z', 'in-the-future'],
      ['statement?as-of=2017-04-01', 'unrecognized_keys'],
      ['timeline?as-of=2017-02-30', 'invalid_format'],
      ['timeline?as-of=2017-04-01&as-of=2017-04-02', 'invalid_format'],
      ['timeline?as-of=2017-03-31', 'before-the-beginning'],
      ['timeline?as-of=2999-01-01', 'in-the-future'],
      [`timeline?as-at=${now}`, 'unrecognized_keys'],
      ['what-if?payment=1&on=2017-02-30', 'invalid_format'],
      ['what-if?payment=1&on=2017-03-31', 'before-the-beginning'],
      ['what-if?payment=0&on=2017-04-02', 'invalid_format'],
      ['what-if?payment=1&payment=2&on=2017-04-02', 'invalid_format'],
      ['what-if?payment=1&on=2017-04-02&as-of=2017-04-02', 'unrecognized_keys'],
    ]) {
      const answer = await app.get<{ errors: { code: string }[] }>(`/accounts/${id}/${query}`);
      expectProblem(answer, { status: 400, code: 'invalid-input' });
      expect([query, answer.body.errors.map((error) => error.code)]).toEqual([query, [code]]);
    }
    for (const query of [
      `statement?as-at=${now}`,
      'timeline',
      'timeline?as-of=2017-04-01',
      'what-if?payment=1&on=2999-01-01',
    ]) {
      expectProblem(await app.get(`/accounts/${newId()}/${query}`), { status: 404 });
    }
    expect(await get(`/accounts/${id}/what-if?payment=1&on=2999-01-01`)).toMatchObject({ total: 10_01, difference: 1 });
  });

  it('has every command that was acknowledged before it, without being asked to', async () => {
    const id = await openAccount(app, { on: '2017-04-01' });
    for (let payment = 1; payment <= 5; payment += 1) {
      await send(id, 'receive-payment', { amount: 1, on: '2017-04-02' });
      const { events } = await stream(app, id);
      const when = events.at(-1)?.context.when;
      for (const path of [`statement?as-at=${when}`, 'timeline', 'timeline?as-of=2017-04-02']) {
        expect(await get(`/accounts/${id}/${path}`)).toMatchObject({ total: payment });
      }
    }
  });
});
