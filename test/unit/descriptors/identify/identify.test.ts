import { describe, expect, it } from '@jest/globals';
import { componentFqn, idOf, lineOf, parseFqn } from '../../../../descriptors/index.js';

const FQN = 'urn:dpds:com.company-xyz:dataproducts:trackandtrace:1';

describe('identity', () => {
  it.each([
    ['urn:dpds:it.quantyca:dataproducts:tripExecution:1', '2b172838-73b1-5d6c-be45-cc75aee180a0'],
    ['urn:dpds:it.quantyca:dataproducts:tripExecution:1:inputports:tmsTripCDC', '3235744b-8d2e-57b5-afba-f66862cc6a21'],
    [FQN, '80a9dca8-e4cd-5a31-a66b-d39137760649'],
  ])('computes the id of %s as the specification does', (fqn, id) => {
    expect(idOf(fqn)).toBe(id);
  });

  it('takes the major version off to get the line', () => {
    expect(lineOf(FQN)).toBe('urn:dpds:com.company-xyz:dataproducts:trackandtrace');
    expect(lineOf('urn:dpds:com.company-xyz:dataproducts:trackandtrace')).toBe('urn:dpds:com.company-xyz:dataproducts:trackandtrace');
    expect(parseFqn(FQN)).toEqual({ line: 'urn:dpds:com.company-xyz:dataproducts:trackandtrace', name: 'trackandtrace', major: '1' });
  });

  it.each([
    '',
    'trackandtrace',
    'urn:dpds:com.x:products:a:1',
    'urn:dpds:com.x:dataproducts:a:1:outputports:b',
    'urn:dpds:com/x:dataproducts:a:1',
  ])('knows that %j is no name of a product', (text) => {
    expect(parseFqn(text)).toBeUndefined();
    expect(lineOf(text)).toBeUndefined();
  });

  it('names components by product, kind and name', () => {
    expect(componentFqn(FQN, 'outputPorts', 'tripStatus')).toBe(`${FQN}:outputports:tripStatus`);
    expect(componentFqn(FQN, 'infrastructuralComponents', 'eventStore')).toBe(`${FQN}:infrastructure:eventStore`);
  });
});
