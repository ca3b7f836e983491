import { spawnSync } from 'node:child_process'

/** Errors of CycloneDX's own schema (1.6, JSON) in a document; empty if it is valid. */
export function complaints(document: string): string[] {
  const program = `
import importlib.resources, json, sys
from jsonschema import Draft7Validator
from referencing import Registry, Resource
place = importlib.resources.files("cyclonedx.schema._res")
read = lambda name: json.loads(place.joinpath(name + ".SNAPSHOT.schema.json").read_text())
schema = read("bom-1.6")
registry = Registry().with_resources(
    (f"http://cyclonedx.org/schema/{name}.SNAPSHOT.schema.json", Resource.from_contents(read(name))) for name in ("spdx", "jsf-0.82")
)
found = Draft7Validator(schema, registry=registry).iter_errors(json.load(sys.stdin))
print(json.dumps([error.json_path + ": " + error.message[:500] for error in found]))
`
  const done = spawnSync('python3', ['-c', program], { encoding: 'utf8', input: document })
  if (done.status !== 0) throw new Error(done.stderr)
  return JSON.parse(done.stdout)
}
