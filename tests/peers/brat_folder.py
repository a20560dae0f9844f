"""What pybrat reads in a folder of brat, as JSON lines. `brat_folder.py FOLDER`, with pybrat installed."""

import json
import sys

from pybrat.parser import BratParser

for example in sorted(BratParser(error="raise").parse(sys.argv[1]), key=lambda example: example.id):
    print(
        json.dumps(
            {
                "id": example.id,
                "text": example.text,
                "entities": sorted([one.start, one.end, one.type, one.mention] for one in example.entities),
                "relations": sorted([one.type, one.arg1.start, one.arg2.start] for one in example.relations),
            }
        )
    )
