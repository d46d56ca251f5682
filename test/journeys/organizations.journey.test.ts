/** The registry of organizations and people over HTTP: unique names, members with names of their own, and the search view. */
import { randomUUID } from 'node:crypto';
import { describe, expect, inject, it, vi } from 'vitest';
import { accepted, expectProblem, newId } from '../support/account-journey.ts';
import { httpClient } from '../support/http-client.ts';

const app = httpClient(inject('appUrl'));
const WAIT = { timeout: 30_000, interval: 50 };

const contactDetails = {
  email: 'info@basketlummen.be',
  address: { street: 'Kerkstraat', number: 9, zipcode: 3560, city: 'Lummen' },
};

/** A word that no other name has. */
const newWord = () => `w${randomUUID().replaceAll('-', '')}`;

const register = (id: string, name: string) => app.post(`/organizations/${id}/register`, { name, contactDetails });
const rename = (id: string, name: string) => app.post(`/organizations/${id}/rename`, { name });

async function registered(name: string): Promise<string> {
  const id = newId();
  await accepted(register(id, name));
  return id;
}

async function registeredPerson(name: string): Promise<string> {
  const id = newId();
  await accepted(app.post(`/people/${id}/register`, { name }));
  return id;
}

type Organization = { readonly name: string; readonly members: readonly { id: string; name: string | null }[] };

const organization = async (id: string, headers = {}) =>
  (await accepted(app.get<Organization>(`/organizations/${id}`, headers))).body;

type Page = { readonly entries: readonly { id: string; title: string; type: string }[]; readonly next: string | null };

const search = async (parameters: Record<string, string>) =>
  (await accepted(app.get<Page>(`/search?${new URLSearchParams(parameters)}`))).body;

/** Waits until a search finds these titles, in this order. */
const found = (parameters: Record<string, string>, titles: readonly string[]) =>
  vi.waitFor(async () => {
    expect((await search(parameters)).entries.map(({ title }) => title)).toEqual(titles);
  }, WAIT);

describe('The name of an organization', () => {
  it('is taken by one, however many want it at once and however they write it', async () => {
    const word = newWord();
    const names = [`Straße ${word}`, ` STRASSE  ${word} `, `straße\u00a0${word.toUpperCase()}`, `Strasse ${word}`];
    const answers = await Promise.all([...names, ...names].map((name) => register(newId(), name)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 422, 422, 422, 422, 422, 422, 422]);
    for (const answer of answers) if (answer.status === 422) expectProblem(answer, { status: 422, code: 'name-taken' });
    await found({ q: word }, [names[answers.findIndex(({ status }) => status === 200) % names.length]?.trim() ?? '']);
  });

  it('is free for another after a rename, and the new one is not', async () => {
    const [old, fresh] = [newWord(), newWord()];
    const id = await registered(`Basket ${old}`);
    expectProblem(await register(newId(), `BASKET ${old}`), { status: 422, code: 'name-taken', name: `BASKET ${old}` });
    const { body } = await accepted(rename(id, `Basket ${fresh}`));
    expect(body.events).toMatchObject([{ what: 'OrganizationRenamed', version: 2 }]);
    const other = await registered(`basket ${old}`);
    expectProblem(await rename(other, `basket ${fresh.toUpperCase()}`), { status: 422, code: 'name-taken' });
    expectProblem(await rename(id, `Basket ${fresh}`), { status: 422, code: 'same-name' });
    await accepted(rename(id, `BASKET ${fresh}`));
    const { body: page } = await accepted(app.get<{ events: { data: unknown }[] }>(`/streams/organization-${id}`));
    expect(page.events.map(({ data }) => data)).toEqual([
      { name: `Basket ${old}`, contactDetails },
      { oldName: `Basket ${old}`, newName: `Basket ${fresh}` },
      { oldName: `Basket ${fresh}`, newName: `BASKET ${fresh}` },
    ]);
  });

  it('is left with whom it was when two swap names one after the other, and none is lost in a race', async () => {
    const [one, other, free] = [newWord(), newWord(), newWord()];
    const [first, second] = [await registered(one), await registered(other)];
    const answers = await Promise.all([rename(first, free), rename(second, free)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 422]);
    const names = [
      (await organization(first, { consistency: 'strong' })).name,
      (await organization(second, { consistency: 'strong' })).name,
    ];
    expect(names).toEqual(answers[0]?.status === 200 ? [free, other] : [one, free]);
    const freed = answers[0]?.status === 200 ? one : other;
    await registered(freed);
    for (const taken of names) expectProblem(await register(newId(), taken), { status: 422, code: 'name-taken' });
  });
});

describe('An organization', () => {
  it('has members by the names in their own streams, and follows them', async () => {
    const [yves, later] = [await registeredPerson('Yves'), newId()];
    const name = `Basket ${newWord()}`;
    const id = await registered(name);
    for (const personId of [yves, later]) await accepted(app.post(`/organizations/${id}/add-member`, { personId }));
    const expected = (names: readonly (string | null)[]) => ({
      id,
      name,
      contactDetails,
      members: [yves, later].map((member, index) => ({ id: member, name: names[index] })),
      version: 3,
    });
    expect(await organization(id, { consistency: 'strong' })).toEqual(expected(['Yves', null]));
    await accepted(app.post(`/people/${later}/register`, { name: 'Ann' }));
    const renamed = await accepted(app.post(`/people/${yves}/rename`, { name: 'Yves G.' }));
    const token = { 'consistency-token': renamed.headers.get('consistency-token') ?? '' };
    expect((await organization(id, token)).members[0]).toEqual({ id: yves, name: 'Yves G.' });
    await vi.waitFor(async () => expect(await organization(id)).toEqual(expected(['Yves G.', 'Ann'])), WAIT);
  });

  it('refuses what it has already, and anything before it is registered', async () => {
    const id = newId();
    const unregistered = { status: 422, code: 'not-registered' };
    expectProblem(await rename(id, 'x'), unregistered);
    expectProblem(await app.post(`/organizations/${id}/add-member`, { personId: 'x' }), unregistered);
    expectProblem(await app.post(`/people/${id}/rename`, { name: 'x' }), unregistered);
    expectProblem(await app.post(`/people/${id}/add-contact-details`, { phone: '1' }), unregistered);
    expectProblem(await app.get(`/organizations/${id}`), { status: 404 });
    await accepted(register(id, newWord()));
    await accepted(app.post(`/organizations/${id}/add-member`, { personId: 'x' }));
    const member = { status: 422, code: 'already-member', personId: 'x' };
    expectProblem(await app.post(`/organizations/${id}/add-member`, { personId: 'x' }), member);
    expectProblem(await register(id, newWord()), { status: 422, code: 'already-registered' });
    const person = await registeredPerson('x');
    const again = await app.post(`/people/${person}/register`, { name: 'y' });
    expectProblem(again, { status: 422, code: 'already-registered' });
    expectProblem(await app.post(`/people/${person}/rename`, { name: 'x' }), { status: 422, code: 'same-name' });
  });
});

describe('A search', () => {
  it('finds organizations and people by the beginnings of words, by title, and follows renames', async () => {
    const word = newWord();
    const id = await registered(`Zeta ${word}`);
    await registered(`${word} beta`);
    const person = await registeredPerson(`Alfa ${word}`);
    await accepted(app.post(`/people/${person}/add-contact-details`, { email: 'a@example.com', phone: '011' }));
    const all = [`Alfa ${word}`, `${word} beta`, `Zeta ${word}`];
    await found({ q: word }, all);
    await found({ q: word.slice(0, 10).toUpperCase() }, all);
    await found({ q: `zet ${word}` }, [`Zeta ${word}`]);
    await found({ q: word, type: 'Organization' }, all.slice(1));
    await found({ q: `eta ${word}` }, []);
    await vi.waitFor(async () => {
      expect((await search({ q: word, type: 'Person' })).entries).toEqual([
        { id: person, title: `Alfa ${word}`, description: 'a@example.com, 011', type: 'Person' },
      ]);
    }, WAIT);
    await accepted(rename(id, `Aachen ${word}`));
    await found({ q: word }, [`Aachen ${word}`, `Alfa ${word}`, `${word} beta`]);
    await found({ q: `zeta ${word}` }, []);
  });

  it('gives each title once over all pages', async () => {
    const word = newWord();
    const titles = Array.from({ length: 7 }, (_, index) => `${word} ${String.fromCharCode(97 + index)} ${word}x`);
    for (const [index, title] of titles.toReversed().entries()) {
      await (index % 2 === 0 ? registered(title) : registeredPerson(title));
    }
    await found({ q: word }, titles);
    const pages: string[][] = [];
    let cursor: string | null = null;
    do {
      const page: Page = await search({ q: word, limit: '3', ...(cursor !== null && { cursor }) });
      pages.push(page.entries.map(({ title }) => title));
      cursor = page.next;
    } while (cursor !== null);
    expect(pages.flat()).toEqual(titles);
    expect(pages.length).toBeGreaterThan(2);
  });

  it.each([
    ['', ['q']],
    ['q=', ['q']],
    ['q=%20', ['q']],
    [`q=${'a'.repeat(201)}`, ['q']],
    ['q=a&type=Animal', ['type']],
    ['q=a&type=person', ['type']],
    ['q=&type=&limit=0&page=2', ['q', 'type', 'page', 'limit']],
    ['q=a&limit=1001', ['limit']],
    ['q=a&cursor=mine', ['cursor']],
  ])('with the query string %j is answered with every fault of it', async (query, paths) => {
    const answer = await app.get<{ errors: { path: string }[] }>(`/search?${query}`);
    expectProblem(answer, { status: 400 });
    expect(answer.body.errors.map(({ path }) => path).toSorted()).toEqual(paths.toSorted());
  });

  it('honours no token, and no wish for a strong read', async () => {
    for (const [name, value] of [
      ['consistency', 'strong'],
      ['consistency-token', 'person-1@1'],
    ] as const) {
      const answer = await app.get('/search?q=a', { [name]: value });
      expectProblem(answer, { status: 400, code: 'consistency-not-available' });
    }
  });
});

it('Bad input is answered with every fault and its place, and records nothing', async () => {
  const id = newId();
  const answer = await app.post<{ errors: { path: string }[] }>(`/organizations/${id}/register`, {
    name: ' ',
    contactDetails: { email: 'nobody', address: { street: 'Kerkstraat', number: 1.5, zipcode: 3560, town: 'Lummen' } },
  });
  expectProblem(answer, { status: 400 });
  const paths = ['name', 'email', 'address.number', 'address.city', 'address.town'];
  expect(answer.body.errors.map(({ path }) => path.replace('contactDetails.', '')).toSorted()).toEqual(
    paths.toSorted(),
  );
  expectProblem(await app.post(`/organizations/${id}/add-member`, { personId: 'a b' }), { status: 400 });
  expectProblem(await app.post(`/people/${id}/register`, { name: 'a\nb' }), { status: 400 });
  for (const stream of [`organization-${id}`, `person-${id}`]) {
    expect((await accepted(app.get(`/streams/${stream}`))).body).toMatchObject({ version: 0 });
  }
});
