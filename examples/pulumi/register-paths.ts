// Lets the programs here import the package by its name, from its sources. `tsconfig-paths/register` would do it too, but
// takes the option `--project` of Pulumi's language host, the name of the project, for a tsconfig.json.
import { resolve } from 'node:path';
import { loadConfig, register } from 'tsconfig-paths';

const found = loadConfig(resolve(__dirname, '../..'));
if (found.resultType === 'success') register({ baseUrl: found.absoluteBaseUrl, paths: found.paths });
