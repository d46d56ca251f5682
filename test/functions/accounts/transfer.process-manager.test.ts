/** A transfer is seen through step by step; what an account refuses is made up for. */
import { describe, expect, it } from 'vitest';
import type { ProcessInput } from '#shared/process-manager/index.ts';
import { transferProcess } from '../../../functions/accounts/transfer.process-manager.ts';
import { deadline, event, processScenario, recorded, rejected } from '../../support/process-scenario.ts';

const { given } = processScenario(transferProcess);

const stream = 'transfer-7';
const transfer = { from: 'a', to: 'b', amount: 50, on: '2026-01-02' };
const requested = event(stream, 'TransferRequested', transfer);
const confirmBy = '2026-01-03T00:00:00.000Z';
const announced = event(stream, 'TransferRequested', { ...transfer, confirmBy });
const confirmed = event(stream, 'TransferConfirmed', {});
const refundOn = (on: string) => event(stream, 'RefundRequested', { on });

const money = { amount: 50, on: '2026-01-02' };
const withdraw = { send: [{ command: 'withdraw', id: 'a', data: money }] };
const pay = { send: [{ command: 'pay', id: 'b', data: money }] };
const refund = { send: [{ command: 'refund', id: 'a', data: money }] };
const complete = { send: [{ command: 'complete', id: '7', data: {} }] };
const fail = (reason: string) => ({ send: [{ command: 'fail', id: '7', data: { reason } }] });

const outgoing = (before: readonly ProcessInput[], input: ProcessInput) => given(...before).when(input).outgoing;

describe('A transfer', () => {
  it('withdraws, pays and is completed', () => {
    expect(outgoing([], requested)).toEqual(withdraw);
    expect(outgoing([requested], recorded('withdraw'))).toEqual(pay);
    expect(outgoing([requested, recorded('withdraw')], recorded('pay'))).toEqual(complete);
    expect(outgoing([requested, recorded('withdraw'), recorded('pay')], recorded('complete'))).toEqual({ done: true });
  });

  it('fails with the reason of the account that gives no money', () => {
    expect(outgoing([requested], rejected('withdraw', 'insufficient-funds'))).toEqual(fail('insufficient-funds'));
    expect(outgoing([requested, rejected('withdraw', 'insufficient-funds')], recorded('fail'))).toEqual({ done: true });
  });

  const refused = [requested, recorded('withdraw'), rejected('pay', 'account-not-open')];

  it('gives the money back that the other account does not take, and fails with its reason', () => {
    expect(outgoing(refused.slice(0, 2), rejected('pay', 'account-not-open'))).toEqual(refund);
    expect(outgoing(refused, recorded('refund'))).toEqual(fail('account-not-open'));
  });

  it('is stuck when the money is not taken back either, until somebody asks for another day', () => {
    const reason = 'account-not-open';
    const stuck = [...refused, rejected('refund', 'date-before-last-entry')];
    expect(outgoing(refused, rejected('refund', 'date-before-last-entry'))).toEqual({
      send: [{ command: 'get-stuck', id: '7', data: { reason } }],
    });
    expect(outgoing(stuck, recorded('get-stuck'))).toEqual({});
    const again = { send: [{ command: 'refund', id: 'a', data: { amount: 50, on: '2026-02-01' } }] };
    expect(outgoing([...stuck, recorded('get-stuck')], refundOn('2026-02-01'))).toEqual(again);
    expect(outgoing([...stuck, recorded('get-stuck'), refundOn('2026-02-01')], recorded('refund'))).toEqual(
      fail(reason),
    );
  });

  it('is given back on another day also when that is asked for before it knows that it is stuck', () => {
    const asked = [...refused, rejected('refund', 'x'), refundOn('2026-02-01')];
    expect(outgoing(asked, recorded('get-stuck'))).toEqual({});
    expect(outgoing([...asked, recorded('get-stuck')], recorded('refund'))).toEqual(fail('account-not-open'));
  });

  it('waits for its confirmation, and for no longer than its time', () => {
    expect(outgoing([], announced)).toEqual({ deadlines: [{ set: 'confirmation', at: confirmBy }] });
    expect(outgoing([announced], confirmed)).toEqual({ ...withdraw, deadlines: [{ cancel: 'confirmation' }] });
    expect(outgoing([announced], deadline('confirmation'))).toEqual(fail('not-confirmed'));
  });

  it('is not confirmed after its time, and not given up after its confirmation', () => {
    expect(outgoing([announced, deadline('confirmation')], confirmed)).toEqual({});
    expect(outgoing([announced, confirmed], deadline('confirmation'))).toEqual({});
  });
});
