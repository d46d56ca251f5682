/** The rules of a transfer: it is requested once, waits for at most one confirmation, and ends once. */
import * as z from 'zod/mini';
import { accept, type Decider, type Decision, reject } from '#shared/aggregate/index.ts';
import type { TransferCommand } from './transfer.commands.ts';
import type { TransferEvent } from './transfer.events.ts';

const transferState = z.object({
  status: z.enum(['new', 'awaiting-confirmation', 'in-progress', 'completed', 'failed', 'stuck']),
  on: z.string(),
});

type TransferState = z.infer<typeof transferState>;

function decide({ what, data }: TransferCommand, { status, on }: TransferState): Decision<TransferEvent> {
  switch (what) {
    case 'request':
      if (status !== 'new') return reject('already-requested', 'This transfer has been requested before.');
      if (data.from === data.to) return reject('same-account', 'Money goes from one account to another.');
      return accept([{ what: 'TransferRequested', data, effectiveAt: data.on }]);
    case 'confirm':
      if (status === 'awaiting-confirmation') return accept([{ what: 'TransferConfirmed', data: {}, effectiveAt: on }]);
      return reject('not-awaiting-confirmation', 'This transfer does not wait for a confirmation.', { status });
    case 'retry-refund':
      if (status === 'stuck') return accept([{ what: 'RefundRequested', data, effectiveAt: data.on }]);
      return reject('not-stuck', 'Only the money of a stuck transfer is given back once more.', { status });
    case 'complete':
      if (status !== 'in-progress') return notInProgress(status);
      return accept([{ what: 'TransferCompleted', data: {}, effectiveAt: on }]);
    case 'fail':
      // A confirmation that comes while the process gives up comes too late.
      if (status !== 'in-progress' && status !== 'awaiting-confirmation') return notInProgress(status);
      return accept([{ what: 'TransferFailed', data, effectiveAt: on }]);
    case 'get-stuck':
      if (status !== 'in-progress') return notInProgress(status);
      return accept([{ what: 'TransferStuck', data, effectiveAt: on }]);
  }
}

const notInProgress = (status: TransferState['status']) =>
  reject('not-in-progress', 'This transfer is not under way.', { status });

function evolve(state: TransferState, event: TransferEvent): TransferState {
  switch (event.what) {
    case 'TransferRequested': {
      const { on, confirmBy } = event.data;
      return { on, status: confirmBy === undefined ? 'in-progress' : 'awaiting-confirmation' };
    }
    case 'TransferConfirmed':
      return { ...state, status: 'in-progress' };
    case 'TransferCompleted':
      return { ...state, status: 'completed' };
    case 'TransferFailed':
      return { ...state, status: 'failed' };
    case 'TransferStuck':
      return { ...state, status: 'stuck' };
    case 'RefundRequested':
      return { on: event.data.on, status: 'in-progress' };
  }
}

export const transfer: Decider<TransferState, TransferCommand, TransferEvent> = {
  initialState: { status: 'new', on: '' },
  decide,
  evolve,
  stateSchema: transferState,
};
