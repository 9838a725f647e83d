import { describe, expect, it } from '@jest/globals';
import { commands } from '../../../client/commands/index.js';
import { mapping } from '../../../client/mapping.js';

describe('the list of commands', () => {
  it.each(commands)('says of $usage what the command says itself', async ({ usage, description, load }) => {
    const command = await load();
    expect(`${command.name()} ${command.usage()}`).toBe(`${usage} [options]`);
    expect(command.description()).toBe(description);
  });
});

describe('--map', () => {
  it('collects addresses and folders', () => {
    expect(mapping('https://b.example/?a=b=y', mapping('https://a.example/=x'))).toEqual({
      'https://a.example/': 'x',
      'https://b.example/?a=b': 'y',
    });
  });

  it.each(['', 'x', '=x', 'specs=x'])('refuses %j', (value) => expect(() => mapping(value)).toThrow('Write <url>=<folder>'));
});
