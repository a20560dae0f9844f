"""Label Studio's own checks and converter. `label_studio_tasks.py TASKS.json FOLDER`, with TASKS.xml beside the tasks.

Prints what it finds wrong with the configuration, the tasks, regions and relations; writes `result.json` and `result.conll` to the folder.
"""

import json
import sys
from pathlib import Path

from label_studio_sdk.converter import Converter
from label_studio_sdk.label_interface import LabelInterface


def problems(interface: LabelInterface, task: dict) -> list[str]:
    """What Label Studio says of a task."""
    results = [result for annotation in task["annotations"] for result in annotation["result"]]
    found = [] if interface.validate_task({"data": task["data"]}) else ["data"]
    for result in results:
        relation = result["type"] == "relation"
        check = interface.validate_relation if relation else interface.validate_region
        found += check(result, results, return_errors=True) if relation else check(result, return_errors=True)
    return found


def main(source: Path, folder: Path) -> None:
    """Checks and converts; tasks get the ids that a server gives them."""
    interface = LabelInterface(source.with_suffix(".xml").read_text(encoding="utf-8"))
    interface.validate()
    tasks = json.loads(source.read_bytes())
    for number, task in enumerate(tasks, 1):
        task["id"] = number
        for line in problems(interface, task):
            print(f"task {number}: {line}")
    served = folder / "served.json"
    served.write_text(json.dumps(tasks))
    converter = Converter(source.with_suffix(".xml").read_text(encoding="utf-8"), project_dir=None)
    for form in ("JSON", "CONLL2003"):
        converter.convert(str(served), str(folder), form, is_dir=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
