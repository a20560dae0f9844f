"""A project of doccano that imports a file and exports it again. `doccano_project.py IN.jsonl OUT.jsonl [--grapheme]`.

doccano runs as its server does, on a database in a scratch folder; the calls are those that its web page makes.
"""

import os
import sys
import tempfile
import zipfile
from importlib.util import find_spec
from pathlib import Path


def start(folder: str) -> None:
    """doccano with an empty database in a folder."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings.development",
        "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3?sslmode=disable",
        "MEDIA_ROOT": f"{folder}/media",
    }
    sys.path.append(os.fspath(Path(find_spec("backend").origin).parent))
    import django
    from django.core import management

    django.setup()
    management.call_command("migrate", verbosity=0)
    management.call_command("create_roles", verbosity=0)


def main(source: Path, target: Path, grapheme: bool) -> None:
    """Imports and exports; prints what doccano refuses."""
    with tempfile.TemporaryDirectory() as folder:
        start(folder)
        from data_export.celery_tasks import export_dataset
        from data_import.datasets import load_dataset
        from data_import.pipeline.catalog import create_file_format
        from data_import.pipeline.readers import FileName
        from django.contrib.auth.models import User
        from projects.models import SequenceLabelingProject

        user = User.objects.create_user("anna")
        project = SequenceLabelingProject.objects.create(
            name="p", project_type="SequenceLabeling", created_by=user, allow_overlapping=True, use_relation=True,
            collaborative_annotation=True, grapheme_mode=grapheme,
        )  # fmt: skip
        files = [FileName(os.fspath(source), source.name, source.name)]
        dataset = load_dataset("RelationExtraction", create_file_format("JSONL"), files, project, encoding="utf_8")
        dataset.save(user)
        print(f"{len(dataset.errors)} refused")
        with zipfile.ZipFile(export_dataset(project.id, "JSONL")) as archive:
            target.write_bytes(archive.read("all.jsonl"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), "--grapheme" in sys.argv)
