"""Static files under names that carry their hash, imports between modules included."""

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Files(CompressedManifestStaticFilesStorage):
    """Our modules import each other by relative path, so those imports are rewritten too."""

    support_js_module_import_aggregation = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """As whitenoise's, and remembering."""
        super().__init__(*args, **kwargs)
        self._urls: dict[str | None, str] = {}

    def url(self, name: str | None, force: bool = False) -> str:
        """Where a file is served. The name carries its hash, so each is worked out once: a page has fifty of them."""
        known = self._urls.get(name)
        if known is None or force:
            known = self._urls[name] = super().url(name, force)
        return known

    def post_process(self, *args: Any, **kwargs: Any) -> Any:
        """Gathering files anew gives them new names."""
        self._urls.clear()
        return super().post_process(*args, **kwargs)
