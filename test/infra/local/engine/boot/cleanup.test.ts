/** Everything ends that was started, in the right order, whatever fails on the way. */
import { expect, it } from 'vitest';
import { createCleanup } from '../../../../../infra/local/engine/boot/cleanup.ts';

it('ends everything once, the last things last, also when something fails', async () => {
  const cleanup = createCleanup();
  const ended: string[] = [];
  cleanup.addLast(() => void ended.push('database'));
  cleanup.add(async () => {
    await Promise.resolve();
    ended.push('slow');
  });
  cleanup.add(() => {
    throw new Error('stuck');
  });
  cleanup.add(() => void ended.push('fast'));
  await expect(cleanup.run()).rejects.toThrow('stuck');
  await expect(cleanup.run()).rejects.toThrow('stuck');
  expect(ended).toEqual(['fast', 'slow', 'database']);
});
