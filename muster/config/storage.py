"""Static files under names that carry their hash, imports between modules included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Files(CompressedManifestStaticFilesStorage):
    """Our modules import each other by relative path, so those imports are rewritten too."""

    support_js_module_import_aggregation = True
