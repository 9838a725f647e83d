import { TerraformWorld } from './terraform-world.js';

/** A worker of its own, made to be killed: previews and applies a module. Arguments: product, scratch folder, HCL. */
const [product, scratch, hcl] = process.argv.slice(2) as [string, string, string];
const world = await new TerraformWorld({ product, scratch }).ready();
const step = world.step({ to: world.task(hcl) });
await step.preview();
await step.apply();
