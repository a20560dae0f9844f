"""spaCy reads a DocBin and writes it again. `spacy_docs.py IN.spacy OUT.spacy`, with spaCy installed; prints each span with its words."""

import json
import sys

import spacy
from spacy.tokens import DocBin

docs = list(DocBin().from_disk(sys.argv[1]).get_docs(spacy.blank("en").vocab))
for doc in docs:
    print(json.dumps(sorted([name, span.label_, span.text] for name, group in doc.spans.items() for span in group)))
DocBin(docs=docs, store_user_data=True).to_disk(sys.argv[2])
