import { InvalidArgumentError } from 'commander';

export interface Mapping {
  [prefix: string]: string;
}

/** Collects `--map <url=folder>`. */
export function mapping(value: string, former: Mapping = {}): Mapping {
  const at = value.lastIndexOf('=');
  const [prefix, folder] = [value.slice(0, at), value.slice(at + 1)];
  if (at < 1 || !URL.canParse(prefix)) throw new InvalidArgumentError('Write <url>=<folder>, for example https://example.com/specs/=specs');
  return { ...former, [prefix]: folder };
}
